"""What builds and deploys: actions of GitHub's workflows, providers of Terraform."""
