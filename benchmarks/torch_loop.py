"""The same games in PyTorch: the same nets, order of turns and optimiser, on a GPU where there is one. --variant:
channels_last, and compile or graphs (compiled for CUDA graphs), with a comma between."""

import os
from contextlib import nullcontext

import torch
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy
from torch.nn.functional import softplus

from benchmarks import torch_nets
from benchmarks.contender import LATENT, arguments, images, serve

GAMMA = 1.0  # of R3GAN


def gan_terms(discriminator, apart):
    """The losses of D and G; apart: D judges real and fake by batch statistics of their own."""

    def of_discriminator(real, fake):
        if apart:
            real, fake = discriminator(real), discriminator(fake)
        else:
            real, fake = discriminator(torch.cat([real, fake])).chunk(2)
        return cross_entropy(real, torch.ones_like(real)) + cross_entropy(fake, torch.zeros_like(fake))

    def of_generator(real, fake):
        scores = discriminator(fake)
        return cross_entropy(scores, torch.ones_like(scores))

    return of_discriminator, of_generator


def r3gan_terms(discriminator):
    def slope(scores, images):
        (gradient,) = torch.autograd.grad(scores.sum(), images, create_graph=True)
        return gradient.square().sum((1, 2, 3)).mean()

    def of_discriminator(real, fake):
        real, fake = real.requires_grad_(), fake.requires_grad_()
        scores = discriminator(real), discriminator(fake)
        penalty = slope(scores[0], real) + slope(scores[1], fake)
        return softplus(scores[1] - scores[0]).mean() + GAMMA / 2 * penalty

    def of_generator(real, fake):
        return softplus(discriminator(real) - discriminator(fake)).mean()

    return of_discriminator, of_generator


def main():
    options = arguments()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.set_num_threads(os.cpu_count())
    torch.manual_seed(0)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = options.precision == "tf32"
    torch.backends.cudnn.benchmark = True
    memory = torch.channels_last if "channels_last" in options.variant else torch.contiguous_format
    generator, discriminator = (net.to(device, memory_format=memory) for net in torch_nets.nets(options.net))
    optimizers = [
        torch.optim.Adam(net.parameters(), 2e-4, (0.5, 0.999), fused=device == "cuda")
        for net in (generator, discriminator)
    ]
    if options.net == "r3gan":
        terms = r3gan_terms(discriminator)
    else:
        terms = gan_terms(discriminator, apart=options.net != "mlp")
    if "compile" in options.variant or "graphs" in options.variant:
        mode = "reduce-overhead" if "graphs" in options.variant else "default"
        generator = torch.compile(generator, mode=mode)
        terms = [torch.compile(term, mode=mode) for term in terms]
    data = torch.from_numpy(images(options.net)).permute(0, 3, 1, 2).to(device)
    half = options.precision == "bfloat16"

    def precision():
        return torch.autocast(device, torch.bfloat16) if half else nullcontext()

    def made():
        return generator(torch.randn(options.batch, LATENT[options.net], device=device))

    def step():
        rows = torch.randint(len(data), (options.batch,), device=device)
        real = (data[rows].float() / 127.5 - 1.0).contiguous(memory_format=memory)
        if "graphs" in options.variant:
            torch.compiler.cudagraph_mark_step_begin()
        with precision():
            with torch.no_grad():
                fake = made().float()
            loss = terms[0](real, fake)
        optimizers[1].zero_grad(set_to_none=True)
        loss.backward()
        optimizers[1].step()
        for parameter in discriminator.parameters():  # G's turn needs D's input gradient only
            parameter.requires_grad_(False)
        with precision():
            loss = terms[1](real.detach(), made().float())
        optimizers[0].zero_grad(set_to_none=True)
        loss.backward()
        optimizers[0].step()
        for parameter in discriminator.parameters():
            parameter.requires_grad_(True)

    def run_steps(n):
        for _ in range(n):
            step()
        if device == "cuda":
            torch.cuda.synchronize()

    serve(run_steps, options)


if __name__ == "__main__":
    main()
