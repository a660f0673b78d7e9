"""The parts of the shop's back end: an API, its worker and a health check, standard library only."""
