#!/usr/bin/env bash
# What the project needs a GPU for: benchmarks/gpu.sh [OUT]; the table is OUT/gpu.md.
# Every part leaves a file in OUT and is not done again: after a time limit, the same command goes on. Works where
# `pip install .[test,bench]` was done, with TensorFlow's CUDA: pip install tensorflow[and-cuda].
# 1. the tests that need a GPU: images are the CPU's, a training repeats itself and resumes, two halves train like one;
# 2. how long XLA takes to compile the step of DCGAN-64;
# 3. training throughput beside PyTorch, whose version, and TensorFlow's, the table names.
set -uo pipefail
cd "$(dirname "$0")/.."
out=${1:-gpu}
mkdir -p "$out"
export TF_CPP_MIN_LOG_LEVEL=3 TF_FORCE_GPU_ALLOW_GROWTH=true
say() { echo "$(date +%T) $*"; }

if [ ! -f "$out/tests.txt" ]; then
  say "tests"
  if python3 -c "import pytest" 2>/dev/null; then
    python3 -m pytest -q -rs -p no:cacheprovider --override-ini=addopts= -k "gpu or release" tests/sampling/test_devices.py \
      tests/zoo/runs/test_switches.py tests/step/test_logical_gpus.py >"$out/tests.part" 2>&1
    tail -5 "$out/tests.part"
    mv "$out/tests.part" "$out/tests.txt"
  else
    say "no pytest here: the tests are left out"
  fi
fi

if [ ! -f "$out/xla.json" ]; then
  say "XLA, four minutes at most"
  timeout 240 python3 -m benchmarks.ours --net dcgan64 --batch 128 --precision bfloat16 --variant jit </dev/null \
    >"$out/xla.part" 2>"$out/xla.log" || echo '{"first_step_seconds": "more than 240, or failed: xla.log"}' >"$out/xla.part"
  cat "$out/xla.part"
  mv "$out/xla.part" "$out/xla.json"
fi

best=("PyTorch channels_last" "PyTorch compile, channels_last" "PyTorch CUDA graphs, channels_last")
throughput() { # net batch precision contenders...
  local net=$1 batch=$2 precision=$3 part=$out/$1-$2-$3.md
  shift 3
  [ -f "$part" ] && return
  say "$net, batch $batch, $precision"
  timeout 280 python3 -m benchmarks.throughput --nets "$net" --batch "$batch" --precision "$precision" --repeats 3 \
    --seconds 2 --markdown "$part" --contenders "$@"
}
throughput dcgan64 128 bfloat16 "keras_gan, XLA" "Keras loop" "${best[@]}"
throughput dcgan 64 float32 "PyTorch eager" "${best[@]}"
throughput dcgan 512 bfloat16 "${best[@]}"
throughput dcgan64 128 float32 "${best[@]}"
throughput mlp 64 float32 "PyTorch eager" "PyTorch compile" "PyTorch CUDA graphs, channels_last"
throughput r3gan 64 float32 "PyTorch eager" "PyTorch channels_last"

{
  echo "# On a GPU"
  echo
  echo "\`benchmarks/gpu.sh\`, $(date +%F): $(nvidia-smi --query-gpu=name,driver_version --format=csv,noheader | head -1);"
  python3 -c "import tensorflow as tf, keras; print(f'TensorFlow {tf.__version__}, Keras {keras.__version__}', end='')"
  python3 -c "import torch; print(f', PyTorch {torch.__version__}', end='')" 2>/dev/null
  echo ". Float32 without TF32. DCGAN-64 under XLA, bfloat16, batch 128: \`$(tail -1 "$out/xla.json")\`."
  cat "$out"/*-*-*.md
} >"$out/gpu.part" && mv "$out/gpu.part" "$out/gpu.md"
say "the table is $out/gpu.md"
