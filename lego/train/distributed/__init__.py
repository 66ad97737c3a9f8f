"""Training on several devices and machines: replicated, sharded, or in stages."""

from lego.train.distributed.deferred import Deferred as Deferred
from lego.train.distributed.deferred import defer as defer
from lego.train.distributed.pipeline import Pipeline as Pipeline
from lego.train.distributed.pipeline import build_stage as build_stage
from lego.train.distributed.sharding import save_sharded as save_sharded
from lego.train.distributed.sharding import shard as shard
from lego.train.distributed.strategies import STRATEGIES as STRATEGIES
from lego.train.distributed.strategies import Strategy as Strategy
from lego.train.distributed.training import perform_distributed as perform_distributed
from lego.train.distributed.training import train_distributed as train_distributed
