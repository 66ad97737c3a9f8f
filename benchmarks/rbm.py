"""A restricted Boltzmann machine on digits beside scikit-learn's: time, and pseudo-likelihood of what was learned.

100 hidden units, 20 iterations, batches of 10, rate 0.1, one thread; in turn, medians of ratios.
"""

from __future__ import annotations

from functools import partial
from itertools import count
from statistics import median

import numpy as np
import torch
from measure import report, side_by_side
from sklearn.datasets import load_digits
from sklearn.neural_network import BernoulliRBM

from lego.spec.recipe import DBN
from lego.train.pretrain import RBM, fit

ROUNDS = 5
DIGITS = (load_digits().data / 16).astype("float32")


def ours(seed: int, persistent: bool) -> float:
    """The pseudo-likelihood after training; it is taken after each epoch, too."""
    data = torch.from_numpy(DIGITS)
    rbm = RBM(64, 100, seed=seed)
    fit(rbm, data, DBN(epochs=20, lr=0.1, batch_size=10, persistent=persistent))
    return float(np.mean([rbm.pseudo_likelihood(data) for _ in range(5)]))


def theirs(seed: int) -> float:
    """The same of scikit-learn's persistent CD, which scores no iteration on its way."""
    rbm = BernoulliRBM(100, learning_rate=0.1, batch_size=10, n_iter=20, random_state=seed).fit(DIGITS)
    return float(np.mean([rbm.score_samples(DIGITS).mean() for _ in range(5)]))


WAYS = {
    "BernoulliRBM": theirs,
    "CD-1": partial(ours, persistent=False),
    "persistent CD": partial(ours, persistent=True),
}


def main() -> None:
    """Print times beside scikit-learn's, and the scores of each."""
    torch.set_num_threads(1)
    scores: dict[str, list[float]] = {name: [] for name in WAYS}
    seeds = {name: count() for name in WAYS}
    runs = {name: lambda name=name: scores[name].append(WAYS[name](next(seeds[name]))) for name in WAYS}
    report("a restricted Boltzmann machine on digits", side_by_side(runs, rounds=ROUNDS), "BernoulliRBM")
    print("\npseudo-likelihood, median (least) of the seeds")
    for name, found in scores.items():
        print(f"  {name:<28} {median(found):8.2f} ({min(found):.2f})")


if __name__ == "__main__":
    main()
