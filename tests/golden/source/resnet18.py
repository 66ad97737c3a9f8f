"""resnet18: image [N, 3, H, W] -> fc [N, 1000]

ResNet-18: deep residual learning (He et al. 2015, arXiv:1512.03385), table 1, 18 layers. Names as in
torchvision. 11,689,512 parameters.
"""

import torch
from torch import nn


class BasicBlock(nn.Module):
    """Two convolutions, added to their input; figure 5, left.

    [N, 64, (H + 3)//4, (W + 3)//4] -> [N, 64, (H + 3)//4, (W + 3)//4] (and 3 more sizes)
    """

    def __init__(self, planes: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(planes, planes, kernel_size=3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.out = nn.ReLU(inplace=True)
        for module in (self.conv1, self.conv2):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.conv1(x)
        y = self.bn1(y)
        y = self.relu(y)
        y = self.conv2(y)
        y = self.bn2(y)
        x = y + x
        del y
        return self.out(x)


class BasicBlock2(nn.Module):
    """Two convolutions, added to their input; figure 5, left.

    [N, 64, (H + 3)//4, (W + 3)//4] -> [N, 128, (H + 7)//8, (W + 7)//8] (and 2 more sizes)
    """

    def __init__(self, in_channels: int, planes: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, planes, kernel_size=3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = nn.Sequential(
            nn.Conv2d(in_channels, planes, kernel_size=1, stride=2, bias=False),
            nn.BatchNorm2d(planes),
        )
        self.out = nn.ReLU(inplace=True)
        for module in (self.conv1, self.conv2, self.downsample[0]):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.conv1(x)
        y = self.bn1(y)
        y = self.relu(y)
        y = self.conv2(y)
        y = self.bn2(y)
        x = self.downsample(x)
        x = y + x
        del y
        return self.out(x)


class Resnet18(nn.Sequential):
    """[N, 3, H, W] -> [N, 1000]"""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = nn.Sequential(BasicBlock(planes=64), BasicBlock(planes=64))
        self.layer2 = nn.Sequential(BasicBlock2(in_channels=64, planes=128), BasicBlock(planes=128))
        self.layer3 = nn.Sequential(BasicBlock2(in_channels=128, planes=256), BasicBlock(planes=256))
        self.layer4 = nn.Sequential(BasicBlock2(in_channels=256, planes=512), BasicBlock(planes=512))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(512, 1000)
        nn.init.kaiming_normal_(self.conv1.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return super().forward(image)
