"""The towns of France: names, postcodes and where they are, for searches by town or postcode.

Nothing is asked of anybody: the list comes with the set-up (`creneau.towns.building`).
"""
