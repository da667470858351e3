"""Presets on the Hugging Face Hub: `hf://owner/name`, or `hf://owner/name@revision`."""

from keras_gan.files.extras import require

SCHEME = "hf://"
FILES = ("config.json", "metadata.json", "*.safetensors", "sampler.onnx", "SHA256SUMS")


def local(name_or_folder):
    """The folder of an address, downloaded into the Hub's cache where it is not there yet; anything else as it is.

    What is in the cache needs no network. Raises ValueError with one sentence for an address that is none, a
    repository that cannot be had, MissingExtra where huggingface_hub is not installed.
    """
    address = str(name_or_folder)
    if not address.startswith(SCHEME):
        return name_or_folder
    repository, _, revision = address.removeprefix(SCHEME).partition("@")
    if repository.count("/") != 1:
        raise ValueError(f"{address} is no address: write hf://owner/name, or hf://owner/name@revision.")
    hub = package()
    errors = hub.errors
    try:
        return hub.snapshot_download(repository, revision=revision or None, allow_patterns=list(FILES))
    except errors.HFValidationError as error:
        raise ValueError(f"{address} is no address: write hf://owner/name, or hf://owner/name@revision.") from error
    except (errors.LocalEntryNotFoundError, errors.OfflineModeIsEnabled) as error:
        raise ValueError(f"{address} is not in the cache and the Hub cannot be reached; try again online.") from error
    except errors.HfHubHTTPError as error:
        raise ValueError(f"The Hub has no {address}, or does not show it to you: check the name, or log in.") from error


def package():
    """huggingface_hub. Raises MissingExtra where it is not installed."""
    require("Reading and writing presets on the Hub", "hub", "huggingface_hub")
    import huggingface_hub
    import huggingface_hub.errors

    return huggingface_hub
