"""What is done before the training: restricted Boltzmann machines, and deep belief networks of them."""

from lego.train.pretrain.dbn import Pretrained as Pretrained
from lego.train.pretrain.dbn import linear_stack as linear_stack
from lego.train.pretrain.dbn import pretrain as pretrain
from lego.train.pretrain.divergence import Epoch as Epoch
from lego.train.pretrain.divergence import fit as fit
from lego.train.pretrain.rbm import RBM as RBM
