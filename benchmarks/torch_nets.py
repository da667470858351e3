"""The contenders' nets in PyTorch, layer by layer those of benchmarks.ours; their sizes are held against Keras's."""

import torch
from torch import nn

PARAMETERS = {  # that are trained: of the generator, of the discriminator
    "mlp": (2_503_984, 1_231_441),
    "dcgan": (833_985, 212_993),
    "dcgan64": (18_855_043, 17_232_897),
    "r3gan": (57_921, 53_920),
}


def nets(name):
    """-> generator, discriminator. Raises ValueError where they are not those of Keras."""
    made = {"mlp": mlp, "dcgan": dcgan, "dcgan64": dcgan64, "r3gan": r3gan}[name]()
    counted = tuple(sum(p.numel() for p in net.parameters()) for net in made)
    if counted != PARAMETERS[name]:
        raise ValueError(
            f"The nets differ from the Keras ones: {counted} trainable parameters, not {PARAMETERS[name]}."
        )
    return made


class MaxoutLayer(nn.Module):
    def __init__(self, inputs, units, pieces):
        super().__init__()
        self.linear = nn.Linear(inputs, units * pieces)
        self.pieces = pieces

    def forward(self, x):
        return self.linear(x).unflatten(1, (-1, self.pieces)).amax(-1)


def mlp():
    generator = nn.Sequential(
        nn.Linear(100, 1200), nn.ReLU(), nn.Linear(1200, 1200), nn.ReLU(), nn.Linear(1200, 784), nn.Sigmoid()
    )
    discriminator = nn.Sequential(
        *(nn.Flatten(), nn.Dropout(0.2), MaxoutLayer(784, 240, 5)),
        *(nn.Dropout(0.5), MaxoutLayer(240, 240, 5), nn.Dropout(0.5), nn.Linear(240, 1)),
    )
    return nn.Sequential(generator, nn.Unflatten(1, (1, 28, 28))), discriminator


def dcgan(channels=1, base=7, maps=(128, 64)):
    """maps: of each size in the generator, from the smallest on; the discriminator has them in reverse."""
    first, last = maps[0], maps[-1]
    generator = [nn.Linear(100, base * base * first, bias=False), nn.Unflatten(1, (first, base, base))]
    generator += [nn.BatchNorm2d(first), nn.ReLU()]
    for before, after in zip(maps, maps[1:], strict=False):
        generator += [nn.ConvTranspose2d(before, after, 5, 2, 2, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
    generator += [nn.ConvTranspose2d(last, channels, 5, 2, 2, 1), nn.Tanh()]
    discriminator = [nn.Conv2d(channels, last, 5, 2, 2), nn.LeakyReLU(0.2)]
    for after, before in reversed(list(zip(maps, maps[1:], strict=False))):
        discriminator += [nn.Conv2d(before, after, 5, 2, 2, bias=False), nn.BatchNorm2d(after), nn.LeakyReLU(0.2)]
    discriminator += [nn.Flatten(), nn.Linear(base * base * first, 1)]
    return nn.Sequential(*generator), nn.Sequential(*discriminator)


def dcgan64():
    return dcgan(3, 4, (1024, 512, 256, 128))


class Basis(nn.Module):
    def __init__(self, maps, side):
        super().__init__()
        self.basis = nn.Parameter(torch.randn(maps, side, side))

    def forward(self, x):
        return x * self.basis


class SumOverPlaces(nn.Module):
    def forward(self, x):
        return x.sum((2, 3))


class Residual(nn.Module):
    def __init__(self, maps):
        super().__init__()
        self.branch = nn.Sequential(
            *(nn.Conv2d(maps, 2 * maps, 1), nn.LeakyReLU(0.2)),
            *(nn.Conv2d(2 * maps, 2 * maps, 3, padding=1, groups=maps // 8), nn.LeakyReLU(0.2)),
            nn.Conv2d(2 * maps, maps, 1, bias=False),
        )

    def forward(self, x):
        return x + self.branch(x)


def r3gan():
    generator = nn.Sequential(
        *(nn.Linear(64, 64, bias=False), nn.Unflatten(1, (64, 1, 1)), Basis(64, 7), Residual(64)),
        *(nn.Upsample(scale_factor=2, mode="bilinear"), nn.Conv2d(64, 32, 1, bias=False), Residual(32)),
        *(nn.ConvTranspose2d(32, 1, 2, 2), nn.Tanh()),
    )
    discriminator = nn.Sequential(
        *(nn.Conv2d(1, 32, 2, 2), Residual(32), nn.AvgPool2d(2), nn.Conv2d(32, 64, 1, bias=False)),
        *(Residual(64), Basis(64, 7), SumOverPlaces(), nn.Linear(64, 1, bias=False)),
    )
    return generator, discriminator
