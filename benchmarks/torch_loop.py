"""The same games in PyTorch: the same nets, order of turns and optimiser. --variant: any of compile, channels_last."""

import os

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from benchmarks.contender import BATCH, LATENT, arguments, images, serve


class MaxoutLayer(nn.Module):
    def __init__(self, inputs, units, pieces):
        super().__init__()
        self.linear = nn.Linear(inputs, units * pieces)
        self.pieces = pieces

    def forward(self, x):
        return self.linear(x).unflatten(1, (-1, self.pieces)).amax(-1)


def mlp():
    generator = nn.Sequential(
        nn.Linear(LATENT, 1200), nn.ReLU(), nn.Linear(1200, 1200), nn.ReLU(), nn.Linear(1200, 784), nn.Sigmoid()
    )
    discriminator = nn.Sequential(
        *(nn.Flatten(), nn.Dropout(0.2), MaxoutLayer(784, 240, 5)),
        *(nn.Dropout(0.5), MaxoutLayer(240, 240, 5), nn.Dropout(0.5), nn.Linear(240, 1)),
    )
    return nn.Sequential(generator, nn.Unflatten(1, (1, 28, 28))), discriminator, (2_503_984, 1_231_441)


def dcgan():
    generator = nn.Sequential(
        *(nn.Linear(LATENT, 6272, bias=False), nn.Unflatten(1, (128, 7, 7)), nn.BatchNorm2d(128), nn.ReLU()),
        *(nn.ConvTranspose2d(128, 64, 5, 2, 2, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()),
        *(nn.ConvTranspose2d(64, 1, 5, 2, 2, 1), nn.Tanh()),
    )
    discriminator = nn.Sequential(
        *(nn.Conv2d(1, 64, 5, 2, 2), nn.LeakyReLU(0.2)),
        *(nn.Conv2d(64, 128, 5, 2, 2, bias=False), nn.BatchNorm2d(128), nn.LeakyReLU(0.2)),
        *(nn.Flatten(), nn.Linear(6272, 1)),
    )
    # Keras counts the moving statistics of batch normalisation too; these are the trainable ones.
    return generator, discriminator, (834_369 - 2 * 192, 213_249 - 2 * 128)


def main():
    options = arguments()
    torch.set_num_threads(os.cpu_count())
    torch.manual_seed(0)
    generator, discriminator, parameters = {"mlp": mlp, "dcgan": dcgan}[options.net]()
    counted = tuple(sum(p.numel() for p in net.parameters()) for net in (generator, discriminator))
    if counted != parameters:
        raise ValueError(f"The nets differ from the Keras ones: {counted} trainable parameters, not {parameters}.")
    memory = torch.channels_last if "channels_last" in options.variant else torch.contiguous_format
    generator, discriminator = generator.to(memory_format=memory), discriminator.to(memory_format=memory)
    optimizers = [torch.optim.Adam(net.parameters(), 2e-4, (0.5, 0.999)) for net in (generator, discriminator)]
    if "compile" in options.variant:
        generator, discriminator = torch.compile(generator), torch.compile(discriminator)
    data = torch.from_numpy(images()).permute(0, 3, 1, 2)
    one, zero = torch.ones(BATCH, 1), torch.zeros(BATCH, 1)

    def step():
        rows = torch.randint(len(data), (BATCH,))
        real = (data[rows].float() / 127.5 - 1.0).contiguous(memory_format=memory)
        with torch.no_grad():
            fake = generator(torch.randn(BATCH, LATENT))
        optimizers[1].zero_grad(set_to_none=True)
        if options.net == "mlp":  # no batch statistics: one pass, as ours
            real_scores, fake_scores = discriminator(torch.cat([real, fake])).chunk(2)
        else:
            real_scores, fake_scores = discriminator(real), discriminator(fake)
        (cross_entropy(real_scores, one) + cross_entropy(fake_scores, zero)).backward()
        optimizers[1].step()
        for parameter in discriminator.parameters():  # G's turn needs D's input gradient only
            parameter.requires_grad_(False)
        optimizers[0].zero_grad(set_to_none=True)
        cross_entropy(discriminator(generator(torch.randn(BATCH, LATENT))), one).backward()
        optimizers[0].step()
        for parameter in discriminator.parameters():
            parameter.requires_grad_(True)

    def run_steps(n):
        for _ in range(n):
            step()

    serve(run_steps, options.seconds)


if __name__ == "__main__":
    main()
