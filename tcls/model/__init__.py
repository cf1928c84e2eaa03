"""Features, training, calibration, roll-up, scoring, evidence and the model folder."""
