"""`python -m keras_gan`: the command line."""

from keras_gan.cli.app import main

if __name__ == "__main__":
    main()
