# make -f parts.mk -j FILE=table PARTS=16 [OPTIONS=-5]: compresses FILE in parts and joins them into
# FILE.sigma, the very bytes that `sigma-par $(OPTIONS) FILE` makes. What was interrupted goes on where it
# was: a part appears whole or not at all, and is made anew only where FILE is newer.
FILE ?= $(error name a file: FILE=…)
PARTS ?= 16
OPTIONS ?=

# Parts that are gone are made again only if FILE.sigma is to be.
.SECONDARY:

numbers := $(shell seq $(PARTS))
parts := $(numbers:%=$(FILE).part%of$(PARTS).sigma)

$(FILE).sigma: $(parts)
	sigma-par --merge -f $^ -o $@
	rm -f $^

# The result has the time of FILE, and so has a part.
$(FILE).part%of$(PARTS).sigma: $(FILE)
	sigma-par $(OPTIONS) -f -T1 --shard $*/$(PARTS) $< -o $@
