"""Training, evaluation and prediction. The loop is Lightning's, metrics are torchmetrics'."""

from lego.train.fit.choice import Ends as Ends
from lego.train.fit.choice import choose as choose
from lego.train.fit.evaluation import Evaluation as Evaluation
from lego.train.fit.evaluation import Predictions as Predictions
from lego.train.fit.evaluation import evaluate as evaluate
from lego.train.fit.evaluation import predict as predict
from lego.train.fit.learner import Learner as Learner
from lego.train.fit.objective import Objective as Objective
from lego.train.fit.penalty import penalised as penalised
from lego.train.fit.penalty import penalty as penalty
from lego.train.fit.ports import Ports as Ports
from lego.train.fit.ports import ports_of as ports_of
from lego.train.fit.run import Run as Run
from lego.train.fit.run import class_names as class_names
from lego.train.fit.run import load_run as load_run
from lego.train.fit.run import prepared as prepared
from lego.train.fit.run import train as train
from lego.train.fit.run import trained as trained
from lego.train.fit.steps import optimizer as optimizer
from lego.train.fit.tables import write_predictions as write_predictions
from lego.train.fit.tables import writer_of as writer_of
from lego.train.fit.task import Task as Task
from lego.train.fit.task import data_of as data_of
from lego.train.fit.task import perform as perform
from lego.train.fit.training import Watch as Watch
from lego.train.fit.training import fit as fit
