"""Plugins that every test run needs, wherever it starts in the tree."""

pytest_plugins = ("tests.features.plugin",)
