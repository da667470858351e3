"""What each way to store an ONNX sampler's weights costs: size, distance from float32, and FID.

`python -m benchmarks.formats --markdown benchmarks/formats.md`, with TFDS_DATA_DIR where MNIST is prepared. FID is by
MNIST's protocol, of the seeds 0 to 9999, as on the cards.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

import numpy as np
import onnxruntime
from rich.console import Console

import export
import zoo
from export.formats.onnx_file import PRECISIONS
from keras_gan.evaluation.encoders import encoder as find
from keras_gan.evaluation.reference import reference
from keras_gan.files.atomic import atomic_file
from keras_gan.files.images import to_uint8
from keras_gan.metrics.frechet import frechet_distance
from keras_gan.sampling.labels import to_show

COUNT = 10_000
HEAD = """# What precision costs

`{command}`: {minutes:.1f} minutes on {cpus}
CPU cores, which other work shared. `export.onnx` with each `precision`, in onnxruntime {version}: the size of the file,
the largest and the mean difference of a pixel in [-1, 1] from the Keras model over 10,000 images, and
`fid@10k/{encoder}` of the seeds 0 to 9999 against 10,000 test images, rounded to bytes first. Speed is the same
for all: arithmetic is float32, weights are widened once, on loading.

| variant | weights | MB | largest | mean | FID | change |
|---|---|---|---|---|---|---|
"""


def measured(name, folder, encoder, real):
    """The table's lines of a variant."""
    model = zoo.load(name)
    label = to_show(model, COUNT)
    wanted = model.sample(COUNT, label=label)
    fid = {"Keras": frechet_distance(real, encoder.features(to_uint8(wanted)))}
    for precision in PRECISIONS:
        path = export.onnx(model, folder / f"{name}.{precision}.onnx", precision)
        images = export.Sampler(path).sample(COUNT, label=label)
        fid[precision] = frechet_distance(real, encoder.features(to_uint8(images)))
        difference = np.abs(images - wanted)
        yield (
            f"| {name} | {precision} | {path.stat().st_size / 1e6:.2f} | {difference.max():.1g} | "
            f"{difference.mean():.1g} | {fid[precision]:.4f} | {fid[precision] - fid['Keras']:+.4f} |"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="default: the pretrained variants of MNIST")
    parser.add_argument("--markdown", type=Path, help="where the table goes; default: the terminal")
    arguments = parser.parse_args()
    names = arguments.names or zoo.list_models("*.mnist", pretrained=True)
    encoder, started = find("mnistcnn"), time.perf_counter()
    real = encoder.features(reference("mnist", (28, 28, 1)).images)
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            for line in measured(name, Path(folder), encoder, real):
                Console(width=200).print(line)
                lines.append(line)
    if arguments.markdown:
        facts = {"minutes": (time.perf_counter() - started) / 60, "cpus": os.cpu_count(), "encoder": encoder}
        facts["command"] = " ".join(["python -m benchmarks.formats", *arguments.names])
        text = HEAD.format(version=onnxruntime.__version__, **facts) + "\n".join(lines) + "\n"
        with atomic_file(arguments.markdown) as aside:
            aside.write_text(text)


if __name__ == "__main__":
    main()
