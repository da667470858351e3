"""`keras-gan serve`: TF Serving's REST and gRPC interfaces over the SavedModels of export.saved_model and of others.

For machines without TF Serving, for development and tests: one process, no network but the address that it is told.

    running.py   sockets, signals, the order of starting and stopping      models.py     folders, versions, labels
    rest.py      HTTP                                                      version.py    loading, leases, draining
    rpc.py       gRPC                                                      signature.py  a function of a SavedModel
    page/        the start page                                            batching.py   merging of requests
    json_tensors.py, limits.py, refusals.py, metrics.py, logs.py
"""
