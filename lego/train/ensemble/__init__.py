"""Ensembles: members with starts of their own, trained together where that is faster, and combined into one net."""

from lego.train.ensemble.combination import combined as combined
from lego.train.ensemble.combination import member_path as member_path
from lego.train.ensemble.gain import Gain as Gain
from lego.train.ensemble.members import parts_of as parts_of
from lego.train.ensemble.members import recipes_of as recipes_of
from lego.train.ensemble.plan import Plan as Plan
from lego.train.ensemble.plan import plan_ensemble as plan_ensemble
from lego.train.ensemble.stacked import Stacked as Stacked
from lego.train.ensemble.task import Ensembled as Ensembled
from lego.train.ensemble.task import net_of as net_of
from lego.train.ensemble.task import perform_ensemble as perform_ensemble
from lego.train.ensemble.training import group_of as group_of
from lego.train.ensemble.training import plan_of as plan_of
from lego.train.ensemble.training import train_in_turn as train_in_turn
from lego.train.ensemble.training import train_together as train_together
