"""What the demo's advisers have: sheets for the national map, and prescribers who book."""
