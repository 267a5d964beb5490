# Two commands do everything: `make demo` and `make test`. Each does all set-up that it needs.
PYTHON ?= python3
LAB ?= $(CURDIR)/.lab
VENV := $(CURDIR)/.venv
# Packages and plain hosts need root: as a user whose sudo wants a password, Ansible asks for it once.
ROOT := $(shell [ "$$(id -u)" = 0 ] || sudo -n true 2>/dev/null || [ "$$ANSIBLE_BECOME_PASSWORD_FILE" ] || echo --ask-become-pass)
# The lab is made on this machine, and without an inventory Ansible warns that there is none.
PLAY_LAB = $(VENV)/bin/ansible-playbook superfluidity.nfv.lab -i localhost, $(ROOT)

# What the tests run for real, beside what the lab needs.
TESTED := {"influxd": "influxdb", "iperf3": "iperf3", "nginx": "nginx-light", "prometheus": "prometheus", "stress-ng": "stress-ng", \
	"tcpdump": "tcpdump", "wrk": "wrk"}

.DEFAULT_GOAL := help
.PHONY: help setup lab lab-stop demo demo-stop test test-long bench docs lint lock clean

help:  ## what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:  ## the tools, in .venv
	@$(PYTHON) tools/setup.py --python $(PYTHON)

lab: setup  ## start the lab, or find it running
	@$(PYTHON) tools/setup.py --python $(PYTHON) --lab
	@$(PLAY_LAB) -e lab_state_dir=$(LAB)

lab-stop: setup  ## stop the lab; its state stays
	@$(PLAY_LAB) -e lab_state_dir=$(LAB) -e lab_state=stopped

demo: lab  ## the lab, the demo service on it, and the report
	@$(VENV)/bin/ansible-playbook superfluidity.nfv.deploy -i $(LAB)/lab.sites.yml -e service_report=$(CURDIR)/report/video.html
	@$(VENV)/bin/python tools/shown.py --lab $(LAB) --report $(CURDIR)/report/video.html

demo-stop: setup  ## remove the demo service
	@$(VENV)/bin/ansible-playbook superfluidity.nfv.terminate -i $(LAB)/lab.sites.yml -e service_name=video

test: setup  ## every test of every day
	@$(PYTHON) tools/setup.py --python $(PYTHON) --lab
	@$(PLAY_LAB) -e lab_state=installed -e '{"lab_more_programs": $(TESTED)}'
	@$(VENV)/bin/python tools/suites.py

test-long: setup  ## the slow campaigns
	@$(PYTHON) tools/setup.py --python $(PYTHON) --lab
	@$(PLAY_LAB) -e lab_state=installed -e '{"lab_more_programs": $(TESTED)}'
	@$(VENV)/bin/python tools/suites.py long

bench: setup  ## timings, side by side
	@$(VENV)/bin/python tests/bench/run.py
	@$(VENV)/bin/python tests/bench/verification.py
	@$(VENV)/bin/python tests/bench/pools.py --lab $(LAB)
	@$(VENV)/bin/python tests/bench/ocm.py
	@$(VENV)/bin/python tests/bench/templates.py
	@$(VENV)/bin/python tests/bench/adaptive.py
	@$(VENV)/bin/python tests/bench/mec.py
	@$(VENV)/bin/python tests/bench/rfb.py
	@$(VENV)/bin/python tests/bench/descriptors.py
	@$(VENV)/bin/python tests/bench/load_balancer.py
	@$(VENV)/bin/python tests/bench/chaining.py
	@$(VENV)/bin/python tests/bench/descriptors_read.py

docs: setup  ## the HTML documentation, in docs/_build
	@$(VENV)/bin/python tools/docs.py

lint: setup  ## the linters alone
	@$(VENV)/bin/python tools/suites.py lint

lock:  ## make the lock files anew (needs uv)
	@$(PYTHON) tools/lock.py

clean: setup  ## stop the lab and remove all that was made here; the cache stays
	@$(PLAY_LAB) -e lab_state_dir=$(LAB) -e lab_state=absent
	@rm -rf .venv .lab-test report tests/output docs/_build docs/collections *.tar.gz
	@rm -rf .ruff_cache .pytest_cache .mypy_cache .hypothesis .ansible changelogs/.plugin-cache.yaml
	@find . -name __pycache__ -prune -exec rm -rf {} +
