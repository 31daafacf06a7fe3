# The stages on AWS. Included by the Makefile.

.PHONY: deploy-staging
deploy-staging: .venvs/dev/ready ## Provision staging and put the code there
	@. deploy/activate && exec python -m deploy.to_aws staging

.PHONY: deploy-production
deploy-production: .venvs/dev/ready ## Provision production and put the code there
	@. deploy/activate && exec python -m deploy.to_aws production
