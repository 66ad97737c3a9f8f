"""One file a family of layers; see `lego.catalogue.layer` for what a layer states."""
