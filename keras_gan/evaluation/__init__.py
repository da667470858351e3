"""What a figure means and how it is taken: protocols, encoders, real data, and the scores of samples against them."""
