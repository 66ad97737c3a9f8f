"""How a network is trained: the part of a document under `train`, or a file of its own."""

from lego.spec.recipe.files import changed_recipe as changed_recipe
from lego.spec.recipe.files import load_recipe as load_recipe
from lego.spec.recipe.files import recipe_yaml as recipe_yaml
from lego.spec.recipe.optimizers import OPTIMIZERS as OPTIMIZERS
from lego.spec.recipe.optimizers import Optimizer as Optimizer
from lego.spec.recipe.parsing import parse_recipe as parse_recipe
from lego.spec.recipe.recipe import DBN as DBN
from lego.spec.recipe.recipe import L2 as L2
from lego.spec.recipe.recipe import LOSSES as LOSSES
from lego.spec.recipe.recipe import EarlyStopping as EarlyStopping
from lego.spec.recipe.recipe import Ensemble as Ensemble
from lego.spec.recipe.recipe import GradientClipping as GradientClipping
from lego.spec.recipe.recipe import Pretrain as Pretrain
from lego.spec.recipe.recipe import Recipe as Recipe
from lego.spec.recipe.schedules import SCHEDULES as SCHEDULES
from lego.spec.recipe.schedules import Schedule as Schedule
