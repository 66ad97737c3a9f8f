"""Networks of torchvision as an importer writes them: one block for each instance of a class, all arguments literal."""

from __future__ import annotations

from textwrap import indent


class Text:
    """A document in the making."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.counts: dict[str, int] = {}

    def block(self, kind: str, *lines: str, inputs: str = "") -> str:
        """One more instance of a class; gives the name of its block."""
        number = self.counts[kind] = self.counts.get(kind, 0) + 1
        name = kind if number == 1 else f"{kind}_{number}"
        given = f"inputs: [{inputs}]\n" if inputs else ""
        listed = "\n".join(lines)
        self.blocks.append(f"{name}:\n{indent(f'{given}graph:', '  ')}\n{indent(listed, '    ')}")
        return name

    def document(self, name: str, *lines: str) -> str:
        blocks, graph = indent("\n".join(self.blocks), "  "), indent("\n".join(lines), "  ")
        return f"lego: 1\nname: {name}\ninputs: {{image: [N, 3, 32*h, 32*w]}}\nblocks:\n{blocks}\ngraph:\n{graph}\n"


def conv(out: int, kernel: int = 1, stride: int = 1, groups: int = 1, bias: str = ", bias: false") -> str:
    """A Conv2d as torch's modules say it: what is torch's default is left out."""
    step = f", stride: {stride}" if stride != 1 else ""
    padding = f", padding: {kernel // 2}" if kernel != 1 else ""
    apart = f", groups: {groups}" if groups != 1 else ""
    return f"{{Conv2d: {{out_channels: {out}, kernel_size: {kernel}{step}{padding}{apart}{bias}}}}}"


def resnet50() -> str:
    text = Text()
    stages: list[str] = []
    for stage, (planes, count) in enumerate([(64, 3), (128, 4), (256, 6), (512, 3)], start=1):
        names: list[str] = []
        for index in range(count):
            stride = 2 if index == 0 and stage > 1 else 1
            project = f"downsample: {{Sequential: [{conv(4 * planes, 1, stride)}, BatchNorm2d], from: input}}"
            lines = [
                f"conv1: {conv(planes)}",
                "bn1: BatchNorm2d",
                "relu: ReLU",
                f"conv2: {conv(planes, 3, stride)}",
                "bn2: BatchNorm2d",
                "relu_1: ReLU",
                f"conv3: {conv(4 * planes)}",
                "bn3: BatchNorm2d",
                *(
                    [project, "add: {Add, from: [bn3, downsample]}"]
                    if index == 0
                    else ["add: {Add, from: [bn3, input]}"]
                ),
                "relu_2: ReLU",
            ]
            names.append(text.block("Bottleneck", *lines))
        stages.append(f"layer{stage}: [{', '.join(names)}]")
    return text.document(
        "ResNet",
        f"conv1: {conv(64, 7, 2)}",
        "bn1: BatchNorm2d",
        "relu: ReLU",
        "maxpool: {MaxPool2d: {kernel_size: 3, stride: 2, padding: 1}}",
        *stages,
        "avgpool: {AdaptiveAvgPool2d: {output_size: [1, 1]}}",
        "flatten: Flatten",
        "fc: {Linear: {out_features: 1000}}",
    )


def densenet() -> str:
    """DenseNet with three and four layers in its blocks."""
    text = Text()
    features = [f"conv0: {conv(64, 7, 2)}", "norm0: BatchNorm2d", "relu0: ReLU"]
    for stage, count in enumerate([3, 4], start=1):
        lines: list[str] = []
        names = ["init_features"]
        for index in range(1, count + 1):
            inputs = [f"inputs_{number}" for number in range(index)]
            join = [f"concat: {{Concat: {{dim: 1}}, from: [{', '.join(inputs)}]}}"] if index > 1 else []
            layer = text.block(
                "_DenseLayer",
                *join,
                "norm1: BatchNorm2d",
                "relu1: ReLU",
                f"conv1: {conv(128)}",
                "norm2: BatchNorm2d",
                "relu2: ReLU",
                f"conv2: {conv(32, 3)}",
                inputs=", ".join(inputs) if index > 1 else "",
            )
            lines.append(f"denselayer{index}: {{{layer}: ~, from: [{', '.join(names)}]}}")
            names.append(f"denselayer{index}")
        lines.append(f"concat: {{Concat: {{dim: 1}}, from: [{', '.join(names)}]}}")
        block = text.block("_DenseBlock", *lines, inputs="init_features")
        features.append(f"denseblock{stage}: {block}")
    transition = text.block(
        "_Transition",
        "norm: BatchNorm2d",
        "relu: ReLU",
        f"conv: {conv(96)}",
        "pool: {AvgPool2d: {kernel_size: 2, stride: 2}}",
    )
    features.insert(4, f"transition1: {transition}")
    graph = "\n".join(features)
    return text.document("DenseNet", f"features:\n  Sequential:\n{indent(graph, '    ')}", "relu: ReLU")


def _conv_block(text: Text, out: int, kernel: int, stride: int, groups: int, act: str) -> str:
    """torchvision's Conv2dNormActivation, a Sequential with a name of its own; without `act` it has two nodes."""
    last = [f"- {act}"] if act else []
    first = conv(out, kernel, stride, groups)
    return text.block("Conv2dNormActivation", f"- {first}", "- {BatchNorm2d: {eps: 0.001}}", *last)


def _squeeze(text: Text, channels: int, squeezed: int, act: str, gate: str) -> str:
    return text.block(
        "SqueezeExcitation",
        "avgpool: {AdaptiveAvgPool2d: {output_size: 1}}",
        f"fc1: {conv(squeezed, bias='')}",
        f"activation: {act}",
        f"fc2: {conv(channels, bias='')}",
        f"scale_activation: {gate}",
        "mul: {Mul: {broadcast: true}, from: [scale_activation, input]}",
    )


MOBILE = [
    (3, 16, 16, True, "ReLU", 2),
    (3, 72, 24, False, "ReLU", 2),
    (3, 88, 24, False, "ReLU", 1),
    (5, 96, 40, True, "Hardswish", 2),
    (5, 240, 40, True, "Hardswish", 1),
    (5, 240, 40, True, "Hardswish", 1),
    (5, 120, 48, True, "Hardswish", 1),
]
"""The first rows of MobileNetV3-Small: kernel, expanded, out, squeeze, activation, stride."""


def mobilenet_v3() -> str:
    text = Text()
    features = [_conv_block(text, 16, 3, 2, 1, "Hardswish")]
    before = 16
    for kernel, expanded, out, squeeze, act, stride in MOBILE:
        parts = [_conv_block(text, expanded, 1, 1, 1, act)] if expanded != before else []
        parts.append(_conv_block(text, expanded, kernel, stride, expanded, act))
        parts += [_squeeze(text, expanded, expanded // 4, "ReLU", "Hardsigmoid")] if squeeze else []
        parts.append(_conv_block(text, out, 1, 1, 1, ""))
        add = ["add: {Add, from: [block, input]}"] if stride == 1 and before == out else []
        features.append(text.block("InvertedResidual", f"block: [{', '.join(parts)}]", *add))
        before = out
    return text.document("MobileNetV3", f"features: [{', '.join(features)}]")


def efficientnet() -> str:
    text = Text()
    stages = [_conv_block(text, 32, 3, 2, 1, "SiLU")]
    before, number = 32, 0
    for ratio, kernel, stride, out, count in [(1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 3)]:
        names: list[str] = []
        for index in range(count):
            wide, step = ratio * before, stride if index == 0 else 1
            parts = [_conv_block(text, wide, 1, 1, 1, "SiLU")] if ratio > 1 else []
            parts.append(_conv_block(text, wide, kernel, step, wide, "SiLU"))
            parts.append(_squeeze(text, wide, before // 4, "SiLU", "Sigmoid"))
            parts.append(_conv_block(text, out, 1, 1, 1, ""))
            drop = f"stochastic_depth: {{StochasticDepth: {{p: {0.2 * number / 16}, mode: row}}}}"
            add = [drop, "add: {Add, from: [stochastic_depth, input]}"] if step == 1 and before == out else []
            names.append(text.block("MBConv", f"block: [{', '.join(parts)}]", *add))
            before, number = out, number + 1
        stages.append(f"[{', '.join(names)}]")
    return text.document("EfficientNet", f"features: [{', '.join(stages)}]")


def swin() -> str:
    """Stages of windows that are shifted in every second block, which a Roll stands for."""
    text = Text()
    features = ["[{Conv2d: {out_channels: 96, kernel_size: 4, stride: 4}}, {Permute: {dims: [0, 2, 3, 1]}}, LayerNorm]"]
    number = 0
    for stage, (dim, count) in enumerate([(96, 2), (192, 2), (384, 6)]):
        if stage:
            features.append(
                text.block(
                    "PatchMerging",
                    "patches: {Rearrange: {pattern: 'n (h p) (w q) c -> n h w (q p c)', p: 2, q: 2}}",
                    "norm: LayerNorm",
                    f"reduction: {{Linear: {{out_features: {dim}, bias: false}}}}",
                )
            )
        names: list[str] = []
        for index in range(count):
            shift = 0 if index % 2 == 0 else 3
            roll = [f"roll: {{Roll: {{shifts: [-{shift}, -{shift}], dims: [1, 2]}}}}"] if shift else []
            attention = text.block(
                "ShiftedWindowAttention",
                *roll,
                f"qkv: {{Linear: {{out_features: {3 * dim}}}}}",
                f"proj: {{Linear: {{out_features: {dim}}}}}",
            )
            mlp = text.block(
                "MLP",
                f"- {{Linear: {{out_features: {4 * dim}}}}}",
                "- GELU",
                "- {Dropout: {p: 0.0}}",
                f"- {{Linear: {{out_features: {dim}}}}}",
                "- {Dropout: {p: 0.0}}",
            )
            block = text.block(
                "SwinTransformerBlock",
                "norm1: LayerNorm",
                f"attn: {attention}",
                f"stochastic_depth: {{StochasticDepth: {{p: {0.02 * number}, mode: row}}}}",
                "add: {Add, from: [input, stochastic_depth]}",
                "norm2: LayerNorm",
                f"mlp: {mlp}",
                f"stochastic_depth_1: {{StochasticDepth: {{p: {0.02 * number}, mode: row}}}}",
                "add_1: {Add, from: [add, stochastic_depth_1]}",
            )
            names.append(block)
            number += 1
        features.append(f"[{', '.join(names)}]")
    body = "\n".join(f"- {one}" for one in features)
    return text.document("SwinTransformer", f"features:\n{indent(body, '  ')}", "norm: LayerNorm")
