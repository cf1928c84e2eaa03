"""Seeds and annotations to a data set, its stories and its splits."""
