import os

# Piccolo finds its engine by this variable alone, also inside migrations.
os.environ["PICCOLO_CONF"] = "creneau_infra.postgres.engine"
