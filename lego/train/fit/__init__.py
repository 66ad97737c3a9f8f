"""Training, evaluation and prediction. The loop is Lightning's, metrics are torchmetrics'."""

from lego.train.fit.callbacks import Interrupted as Interrupted
from lego.train.fit.choice import Ends as Ends
from lego.train.fit.choice import choose as choose
from lego.train.fit.learner import Learner as Learner
from lego.train.fit.objective import Objective as Objective
from lego.train.fit.run import Run as Run
from lego.train.fit.run import train as train
from lego.train.fit.task import Task as Task
from lego.train.fit.task import perform as perform
from lego.train.fit.training import Watch as Watch
from lego.train.fit.training import fit as fit
