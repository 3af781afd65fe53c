"""The path of a citizen: choose, identify, confirm, manage; without JavaScript, on a phone."""
