# What `cmake --install` puts under a prefix.
