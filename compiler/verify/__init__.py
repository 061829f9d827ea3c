"""Proof that what was made is right: the embedded parser during a build, real tools afterwards."""
