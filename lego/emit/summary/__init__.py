"""What a graph costs, node by node: learned numbers, multiply-accumulates, bytes of activations."""

from lego.emit.summary.collect import summarize as summarize
from lego.emit.summary.given import bind_input as bind_input
from lego.emit.summary.given import check_requirements as check_requirements
from lego.emit.summary.summary import Entry as Entry
from lego.emit.summary.summary import Summary as Summary
from lego.emit.summary.terminal import rich_table as rich_table
