"""What a plugin's author tests with: a cast to play with, and the contract that every plugin keeps."""
