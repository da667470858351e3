"""Networks: each module has generator(...) and discriminator(...), which return keras.Model objects."""
