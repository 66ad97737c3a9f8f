"""The stable words for mistakes, and what `lego explain` says of each.

A code and its text are kept apart from the passes that find the mistake: one code may be raised on several floors.
"""

from __future__ import annotations

from textwrap import dedent
from typing import NamedTuple


class Code(NamedTuple):
    """A kind of mistake: what it means, a spec that makes it, and the way out.

    Attributes:
        title: A short phrase without a full stop.
        text: What the mistake is, why lego is strict about it, and how to mend it.
        wrong: A whole spec that gives this code and no other; empty where a spec alone cannot make the mistake.
        right: The same spec, mended.
    """

    title: str
    text: str
    wrong: str = ""
    right: str = ""


def _code(title: str, text: str, right: str, *, good: str, bad: str) -> Code:
    """A code whose wrong spec is the right one with a single slip in it: `bad` in place of `good`."""
    right = dedent(right)
    return Code(title, text, right.replace(good, bad), right)


CODES: dict[str, Code] = {
    "yaml-syntax": _code(
        "the text is not YAML, or not the part of YAML that a spec uses",
        "A spec is one YAML 1.2 document in UTF-8, without anchors, aliases, merge keys and tags. They are left out "
        "because a name that stands for a copy of some other text hides where a value was written; parameters and "
        "blocks say the same in the open. The commonest slip is an expression with a comma, a bracket or a colon "
        "inside `{…}` or `[…]`: YAML would split it there, so it needs quotes.",
        """\
        lego: 1
        params: {width: 64}
        inputs: {x: [N, 16]}
        graph:
          fc: {Linear: "$max(width, 10)"}
        """,
        good='"$max(width, 10)"',
        bad="$max(width, 10)",
    ),
    "duplicate-key": _code(
        "the same key twice in one mapping",
        "A mapping gives each key once. Most YAML readers keep the last value and drop the first without a word, and "
        "in a graph that would lose a node. Give the second node a name of its own; many equal nodes in a row are "
        "written once, with `repeat`.",
        """\
        lego: 1
        inputs: {x: [N, 16]}
        graph:
          fc1: {Linear: 64}
          fc2: {Linear: 10}
        """,
        good="fc2",
        bad="fc1",
    ),
    "unknown-key": _code(
        "a key that has no meaning here",
        "Documents, blocks, nodes, inputs and composites have a fixed set of keys. A key that is not among them is "
        "most often misspelt, and would otherwise be ignored while you believe that it works. It may also be an "
        "argument that stands beside its layer: arguments go under the layer's name, `{Linear: {out_features: 10}}`.",
        """\
        lego: 1
        inputs: {x: [N, 16]}
        graph:
          fc: {Linear: 10}
        outputs: fc
        """,
        good="outputs",
        bad="output",
    ),
    "unknown-name": _code(
        "a name that nothing in sight has",
        "`from`, `outputs`, `share` and expressions refer to nodes, inputs and parameters by name. The body of a "
        "composite also sees the names around it that stand above it; a block sees only its own inputs, parameters and "
        "nodes, so that it means the same wherever it is used. Correct the name, or hand the value to the block as an "
        "input or a parameter.",
        """\
        lego: 1
        inputs: {features: [N, 16]}
        graph:
          fc: {Linear: 16}
          total: {Add, from: [features, fc]}
        """,
        good="[features, fc]",
        bad="[feature, fc]",
    ),
    "unknown-layer": _code(
        "no layer or block has this name",
        "A node is a layer of the catalogue, a block of this document, or a block of an included one "
        "(`resnet.Bottleneck`). Layers have torch's names, letter by letter: `Conv2d`, `BatchNorm2d`, `ReLU`. A spec "
        "never names Python code; a layer of your own is a block, or is registered by a package.",
        """\
        lego: 1
        inputs: {x: [N, 16]}
        graph: [{Linear: 10}, ReLU]
        """,
        good="ReLU",
        bad="Relu",
    ),
    "unknown-argument": _code(
        "an argument or input that the layer or block does not have",
        "Layers take torch's arguments under torch's names, and blocks the parameters that they declare. An argument "
        "that does not exist is never dropped, for it was written to have an effect. The same code tells of an input "
        "slot that does not exist, and of more inputs in `from` than there are slots.",
        """\
        lego: 1
        inputs: {image: [N, 3, 32, 32]}
        graph:
          conv: {Conv2d: {out_channels: 8, kernel_size: 3, stride: 2}}
        """,
        good="stride:",
        bad="strides:",
    ),
    "missing-argument": _code(
        "something required was not given",
        "A layer needs every argument that has no default and that its input does not decide: a convolution reads its "
        "`in_channels` off the input, but cannot guess its `kernel_size`. Likewise a block needs the parameters that "
        "are declared as `~`, and a layer of several inputs needs all of its required slots in `from`.",
        """\
        lego: 1
        inputs: {image: [N, 3, 32, 32]}
        graph:
          conv: {Conv2d: {out_channels: 8, kernel_size: 3}}
        """,
        good="{out_channels: 8, kernel_size: 3}",
        bad="8",
    ),
    "bad-name": _code(
        "a name that cannot be used",
        "A name is made of letters, digits and underscores, starts with no digit, or is a number. The name of a node "
        "becomes an attribute of the module, so words of Python and attributes of torch.nn.Module (`forward`, `half`, "
        "`type`) are taken: a node of such a name would break the module. The keys of a graph are names, never "
        "layers: nodes without names are written as a list, `[{Linear: 10}, ReLU]`.",
        """\
        lego: 1
        inputs: {x: [N, 16]}
        graph:
          halved: {Linear: 8}
        """,
        good="halved",
        bad="half",
    ),
    "bad-value": _code(
        "a value of the wrong kind or out of range",
        "The key or argument exists, but what it was given cannot be: a text where a number is needed, a probability "
        "of 50, a kernel of size zero. lego checks values against what torch accepts before anything is built, because "
        "torch itself would complain later, and often elsewhere.",
        """\
        lego: 1
        inputs: {x: [N, 16]}
        graph: [{Linear: 10}, {Dropout: 0.5}]
        """,
        good="0.5",
        bad="50",
    ),
    "bad-expression": _code(
        "an expression that cannot be read or evaluated",
        "A text that starts with `$` is an expression: numbers, parameters, arithmetic, comparison, `a if c else b`, "
        "lists, and a few functions such as `len`, `min` and `sqrt`. It has no attributes and no other calls, so that "
        "a spec from a stranger can do no harm. A literal dollar is written `$$`.",
        """\
        lego: 1
        params: {width: 8}
        inputs: {x: [N, 16]}
        graph:
          fc: {Linear: $(2 * width)}
        """,
        good="2 * width",
        bad="2 x width",
    ),
    "shape-mismatch": _code(
        "sizes that have to agree do not",
        "Two dims agree when they are equal for every value of their symbols; `N` and `M` are different, and nothing "
        "is broadcast unless `broadcast: true` asks for it, because silent broadcasting hides most wrong wirings. The "
        "notes say where each size comes from. Change one of the layers, or project one of the inputs: in a `skip`, "
        "that is what `shortcut` is for.",
        """\
        lego: 1
        inputs: {x: [N, 16]}
        graph:
          body:
            skip: [{Linear: 16}, ReLU]
        """,
        good="{Linear: 16}",
        bad="{Linear: 32}",
    ),
    "rank-mismatch": _code(
        "a tensor with too many or too few dims",
        "A layer says which dims its input must have: Conv2d needs `[N, C, H, W]`, Linear works on the last dim of "
        "any. lego does not add or drop dims to make things fit, since there is rarely only one way to do it. Declare "
        "the input as it is meant, or put Flatten, Unflatten, Reshape or Unsqueeze in between.",
        """\
        lego: 1
        inputs: {image: [N, 1, 28, 28]}
        graph:
          conv: {Conv2d: {out_channels: 8, kernel_size: 3}}
        """,
        good="[N, 1, 28, 28]",
        bad="[N, 784]",
    ),
    "dtype-mismatch": _code(
        "a tensor of the wrong dtype, or several dtypes mixed",
        "Inputs are float32 unless they say otherwise, and layers with weights want that dtype; an Embedding wants "
        "integers, masks are bool. Dtypes are never converted in silence: declare the input's dtype in its long form, "
        "or convert with Cast.",
        """\
        lego: 1
        inputs:
          tokens: {shape: [N, T], dtype: int64, range: [0, 1000]}
        graph:
          embed: {Embedding: {num_embeddings: 1000, embedding_dim: 64}}
        """,
        good="{shape: [N, T], dtype: int64, range: [0, 1000]}",
        bad="[N, T]",
    ),
    "unresolved-dim": _code(
        "a number is needed where only a symbol is known",
        "Weights have fixed sizes, so the size that decides them must be a number when the module is built; the same "
        "holds for a condition that a symbol leaves open. Fix the symbol in the inputs (`[N, 3, 32, 32]`), or put in "
        "a layer whose output size does not depend on it, such as an adaptive pooling.",
        """\
        lego: 1
        inputs: {image: [N, 3, H, W]}
        graph:
          pool: {AdaptiveAvgPool2d: 1}
          flatten: Flatten
          fc: {Linear: 10}
        """,
        good="  pool: {AdaptiveAvgPool2d: 1}\n",
        bad="",
    ),
    "cycle": _code(
        "nodes that wait for one another",
        "Every node is computed once, after all that it reads, so no node may depend on its own output. The message "
        "shows the nodes of the cycle in the order of their edges. Mostly one `from` names a node below where one "
        "above was meant. What a node is to know of its own past goes through a state of a `recurrent`: every cycle "
        "there crosses one, and reads the value of an earlier step.",
        """\
        lego: 1
        inputs: {x: [N, 16]}
        graph:
          fc: {Linear: 16, from: x}
          total: {Add, from: [x, fc]}
        """,
        good="from: x}",
        bad="from: total}",
    ),
    "recursion": _code(
        "a block or an include that contains itself",
        "Blocks are expanded where they are used, and one that uses itself, directly or through others, would never "
        "come to an end; so would a document that includes itself. To stack a block several deep, use it with "
        "`repeat`.",
        """\
        lego: 1
        inputs: {x: [N, 16]}
        blocks:
          Stage: {graph: [{Linear: 16}, ReLU]}
        graph:
          tower: {Stage, repeat: 3}
        """,
        good="ReLU]",
        bad="ReLU, Stage]",
    ),
    "include": _code(
        "another document cannot be included",
        "An include is the path of a spec, relative to the document that names it. The file has to exist and be a "
        "sound spec of its own; its mistakes are reported at their own place. A block that only one document uses is "
        "simplest written there.",
        """\
        lego: 1
        inputs: {x: [N, 16]}
        blocks:
          Mlp: {graph: [{Linear: 64}, ReLU]}
        graph:
          mlp: Mlp
        """,
        good="blocks:\n  Mlp: {graph: [{Linear: 64}, ReLU]}\ngraph:\n  mlp: Mlp",
        bad="include:\n  parts: no/such/file.yaml\ngraph:\n  mlp: parts.Mlp",
    ),
    "limit": _code(
        "larger than a spec may be",
        "The size of a text, its nesting, its integers, the nodes that it expands to and the elements of a tensor are "
        "bounded, so that a few lines of a stranger's spec cannot exhaust the machine. The message names the bound. "
        "Ordinary networks stay far below; where a bound is truly too low, the Python caller may raise it, the "
        "document may not.",
        """\
        lego: 1
        inputs: {x: [N, 16]}
        graph:
          tower: {Linear: 16, repeat: 3}
        """,
        good="repeat: 3",
        bad="repeat: 1000000",
    ),
    "unused": _code(
        "nothing reads this node",
        "A node whose outputs are neither read by another node nor named in `outputs` has no effect on the result, "
        "which is seldom meant: usually a `from` further down names the wrong node. It is a warning, and the spec is "
        "sound without the node. Read it, name it in `outputs`, or leave it out. The same code tells of an `init` that "
        "names a weight which no layer under it has.",
        """\
        lego: 1
        inputs: {x: [N, 16]}
        graph:
          left: {Linear: 16}
          right: {Linear: 16, from: x}
          total: {Add, from: [left, right]}
        """,
        good="[left, right]",
        bad="[x, right]",
    ),
    "init": _code(
        "weights that start where little can be learned",
        "Where all weights of a layer start at one value, its units compute the same. If the weights behind them are "
        "alike too, they get the same gradient and stay the same: however wide, the layer is as one unit. If the value "
        "is zero, and ReLU follows, no gradient comes at all. Chance has to tell units apart, so weights start at "
        "random, and only biases, the scales of norms and what joins a shortcut may start at a constant: the warning "
        "is for weights that lead, alone, to other weights. It is also for more than six layers of sigmoid or tanh in "
        "a row, without norms, that start from a normal distribution of std 1 or more: their sums lie where these "
        "functions are flat. Write `auto`, `he_normal` or `xavier_normal`; `freeze: true` says that a weight is meant "
        "to be as it is.",
        """\
        lego: 1
        inputs: {x: [N, 16]}
        graph: [{Linear: 32}, ReLU, {Linear: 10}]
        init: {weight: auto, bias: zeros}
        """,
        good="auto",
        bad="zeros",
    ),
    "version": _code(
        "a version of the language that this lego does not read",
        "A spec opens with the version of the language that it is written in, so that it keeps its meaning when the "
        "language grows. This lego reads version 1. Write `lego: 1`, or install a newer lego.",
        """\
        lego: 1
        inputs: {x: [N, 16]}
        graph: [{Linear: 10}]
        """,
        good="lego: 1",
        bad="lego: 2",
    ),
    "not-found": Code(
        "a file that is not there or cannot be read",
        "The path that was given names no file, or a directory, or a file that may not be read. Paths are relative to "
        "the working directory; those of includes to the document that names them.",
    ),
    "weights": Code(
        "weights that do not fit the module, or cannot be read",
        "A file of weights holds tensors by name, and each goes where the module has that name and that shape: the "
        "path of the node, and what torch calls the weight. Loading is strict unless told otherwise: nothing may miss, "
        "be left over or differ in shape, since a weight that is silently left as it started ruins a net without a "
        "word. Where only the names differ, `--map '^module\\.='` renames them; where the spec was edited on purpose, "
        "`--no-strict` loads what fits and reports the rest. Files are safetensors or PyTorch's, of which nothing but "
        "tensors is unpickled.",
    ),
    "data": Code(
        "data that cannot be read, or do not fit the inputs or the output of the spec",
        "What a net learns from is compared with the spec before the first step: names, shapes, dtypes and ranges of "
        "the inputs, and how many classes there are. Dims of images are added and flattened, bytes become 0 … 1, and "
        "nothing else is changed: no missing value is filled, no text numbered, no column dropped, since each can be "
        "done in several ways and a wrong one is not seen in the result. The message says what the data have and what "
        "the spec wants. Mend either: the shape of the input, the size of the last layer, or the file.",
    ),
    "not-importable": Code(
        "a torch module that no spec can say the same as",
        "An import runs the forward pass without values and writes down what it does, so all that it does may depend "
        "on the sizes of its inputs and on nothing else: no condition on the values of a tensor, no `.item()`, and for "
        "a symbol such as `N` the same calls at every size. What it calls must have a layer in the catalogue. The "
        "place is the line of the Python that does it. Give the input a number in place of the symbol, write the "
        "choice with torch.where, or leave the part out and write it by hand.",
    ),
    "not-exportable": Code(
        "a net that a format cannot express",
        "A file for other tools holds operators of its format, and its sizes stay open as those of the spec. Some "
        "layers have no operator there, some do what depends on the values of a tensor, and some sizes torch can only "
        "take for numbers. What was exported is also run and compared with the module at two sizes, and never written "
        "where the two differ. The place is the node that cannot be exported by itself. Put another layer there, give "
        "the symbol a number in the inputs, or choose another format: `.py` holds every net.",
    ),
}
