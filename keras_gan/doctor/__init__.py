"""The doctor: measures a training at intervals, and names what is wrong with it, on what evidence, and what helps."""

from keras_gan.doctor.callback import Doctor
from keras_gan.doctor.probe import QUANTITIES, Probe
from keras_gan.doctor.records import read_records
from keras_gan.doctor.verdicts import SYMPTOMS, Symptom, Test, Verdict, diagnose

__all__ = ["QUANTITIES", "SYMPTOMS", "Doctor", "Probe", "Symptom", "Test", "Verdict", "diagnose", "read_records"]
