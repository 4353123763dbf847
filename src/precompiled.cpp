// Nothing: what is made of it is precompiled.h.
