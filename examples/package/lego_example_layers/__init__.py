"""Layers for lego documents."""
