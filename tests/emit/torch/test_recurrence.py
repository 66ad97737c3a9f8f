"""Whole sources of recurrents, as people read them."""

from __future__ import annotations

import pytest

import lego

PEEPHOLE = """
lego: 1
name: peephole
doc: A peephole LSTM, all gates in one Linear; the gates see c as well, each feature of it by itself.
params: {hidden: 8}
inputs: {x: [N, T, 5]}
graph:
  lstm:
    recurrent:
      over: T
      state: {h: [N, $hidden], c: [N, $hidden]}
      graph:
        wx: {Linear: $(4 * hidden), from: input}
        wh: {Linear: {out_features: $(4 * hidden), bias: false}, from: h}
        gates: {Add, from: [wx, wh]}
        parts: {Chunk: {chunks: 4, dim: -1}}
        peep_i: {Parameter: {shape: [$hidden]}}
        seen_i: {Mul: {broadcast: true}, from: [c, peep_i]}
        sum_i: {Add, from: [parts.0, seen_i]}
        i: Sigmoid
        f: {Sigmoid, from: parts.1}
        g: {Tanh, from: parts.2}
        o: {Sigmoid, from: parts.3}
        keep: {Mul, from: [f, c]}
        new: {Mul, from: [i, g]}
        c_new: {Add, from: [keep, new]}
        t: Tanh
        h_new: {Mul, from: [o, t]}
        y: {Linear: 3}
      next: {h: h_new, c: c_new}
      outputs: y
"""

GATE_BY_GATE = """
lego: 1
name: gates
doc: An LSTM gate by gate, with eight Linears.
params: {hidden: 8}
inputs: {x: [T, N, 5]}
graph:
  lstm:
    recurrent:
      over: 0
      state: {h: [N, $hidden], c: {shape: [N, $hidden], init: learned}}
      graph:
        xi: {Linear: $hidden, from: input}
        hi: {Linear: $hidden, from: h}
        si: {Add, from: [xi, hi]}
        i: Sigmoid
        xf: {Linear: $hidden, from: input}
        hf: {Linear: $hidden, from: h}
        sf: {Add, from: [xf, hf]}
        f: Sigmoid
        xg: {Linear: $hidden, from: input}
        hg: {Linear: $hidden, from: h}
        sg: {Add, from: [xg, hg]}
        g: Tanh
        xo: {Linear: $hidden, from: input}
        ho: {Linear: $hidden, from: h}
        so: {Add, from: [xo, ho]}
        o: Sigmoid
        keep: {Mul, from: [f, c]}
        new: {Mul, from: [i, g]}
        c_new: {Add, from: [keep, new]}
        t: Tanh
        h_new: {Mul, from: [o, t]}
      next: {h: h_new, c: c_new}
      outputs: h_new
"""

HARD = GATE_BY_GATE.replace("name: gates", "name: gates_hard").replace("o: Sigmoid", "o: Hardsigmoid")
"""No cell of torch's: its Linears become two products, and their sums one."""

DECODER = """
lego: 1
name: decoder
doc: Generates 20 words with attention on a memory; each step reads the word of the one before.
inputs: {memory: [N, S, 8], first: {shape: [N], dtype: int64, range: [0, 30]}}
graph:
  keys: {Linear: 8, from: memory}
  decoder:
    from: memory
    recurrent:
      over: {steps: 20}
      state: {h: [N, 8], word: {shape: [N], dtype: int64, range: [0, 30], init: first}}
      graph:
        embed: {Embedding: {num_embeddings: 30, embedding_dim: 8}, from: word}
        query: {Linear: 8, from: h}
        one: {Unsqueeze: 1}
        sum: {Add: {broadcast: true}, from: [keys, one]}
        tanh: Tanh
        score: {Linear: 1}
        weights: {Softmax: 1}
        weighted: {Mul: {broadcast: true}, from: [weights, memory]}
        context: {Sum: 1}
        both: {Concat: -1, from: [embed, context]}
        cell: {GRUCell: 8, from: {input: both, hx: h}}
        logits: {Linear: 30}
        best: {ArgMax: -1}
      next: {h: cell, word: best}
      outputs: {logits: logits, words: best}
"""

TAGGER = """
lego: 1
name: tagger
doc: A minimal gated unit in both directions over padded rows.
inputs: {x: [N, T, 5], lengths: {shape: [N], dtype: int64}}
graph:
  unit:
    from: x
    recurrent:
      over: T
      state: {h: [N, 6]}
      lengths: lengths
      bidirectional: true
      graph:
        fx: {Linear: 6, from: input}
        nx: {Linear: 6, from: input}
        fh: {Linear: 6, from: h}
        fs: {Add, from: [fx, fh]}
        f: Sigmoid
        kept: {Mul, from: [f, h]}
        nh: {Linear: 6}
        ns: {Add, from: [nx, nh]}
        n: Tanh
        change: {Sub, from: [n, h]}
        part: {Mul, from: [f, change]}
        h_new: {Add, from: [h, part]}
      next: {h: h_new}
  tags: {Linear: 4}
"""


@pytest.mark.parametrize(
    ("text", "lowering"),
    [
        (PEEPHOLE, "hoisted"),
        (GATE_BY_GATE, "recognised"),
        (HARD, "auto"),
        (DECODER, "auto"),
        (TAGGER, "auto"),
    ],
    ids=["peephole", "gates", "hard", "decoder", "tagger"],
)
def test_source(text, lowering, golden):
    spec = lego.parse(text)
    golden(f"source/recurrent_{spec.graph.name}.py", lego.source(spec, lowering=lowering))
