"""One batch looked at, forward and backward: what goes wrong in a net, and in which layer it starts."""

from lego.train.probe.picture import picture as picture
from lego.train.probe.places import Place as Place
from lego.train.probe.places import places as places
from lego.train.probe.probing import probe as probe
from lego.train.probe.reading import Probe as Probe
from lego.train.probe.reading import Reading as Reading
from lego.train.probe.table import rich_report as rich_report
from lego.train.probe.verdicts import Verdict as Verdict
from lego.train.probe.verdicts import verdicts as verdicts
