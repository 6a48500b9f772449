"""Every way in which one block of Terraform needs another; nothing of it runs."""

from __future__ import annotations

import pytest

from bot.graphs.manifests import infrastructure
from bot.graphs.manifests.infrastructure.hcl_references import find_references
from bot.graphs.manifests.infrastructure.terraform import read_terraform
from tests.unit.graphs.manifests.reading import tell

TERRAFORM = """
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 4"
    }
  }
}
provider "aws" {
  alias  = "west"
  region = var.region
}
resource "aws_instance" "web" {
  count      = var.n > 1 ? 2 : 0
  ami        = data.aws_ami.ubuntu.id
  provider   = aws.west
  tags       = { Name = "x-${var.name}", for = [for k, v in local.m : v.id if k != ""] }
  depends_on = [aws_vpc.main, module.m]
  user_data  = <<EOT
hello ${aws_s3_bucket.b.id} not.a.ref
EOT
  dynamic "ingress" {
    for_each = var.x
    content {
      port = ingress.value
    }
  }
}
data "aws_ami" "ubuntu" {
  owner = "x"
}
module "m" {
  source    = "./x"
  version   = "1"
  providers = { aws = aws.west }
  v         = aws_instance.web["k"].id
}
locals {
  a = 1
  b = local.a
}
variable "n" {
  type = number
}
"""


def test_terraform() -> None:
    graph = read_terraform("main.tf", TERRAFORM)
    assert tell(graph) == {
        "aws.west reference var.region?",
        "aws_instance.web reference var.n",
        "aws_instance.web reference data.aws_ami.ubuntu",
        "aws_instance.web provider aws.west",
        "aws_instance.web reference var.name?",
        "aws_instance.web reference local.m?",
        "aws_instance.web depends_on aws_vpc.main?",
        "aws_instance.web depends_on module.m 1",
        "aws_instance.web reference aws_s3_bucket.b?",
        "aws_instance.web reference var.x?",
        "module.m 1 source ./x?",
        "module.m 1 provider aws.west",
        "module.m 1 reference aws_instance.web?",
        "local.b reference local.a",
    }
    assert "hashicorp/aws ~> 4" in {node.label for node in graph.nodes}


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ('"a.b ${var.x} $${var.no} %{ if var.y }c.d%{ endif }"', ["var.x", "var.y"]),
        ('"${a.b["k"].c} ${"in ${local.d} e.f"}"', ["a.b", "local.d"]),
        ("x.y[local.i].foo.bar", ["x.y", "local.i"]),
        ("a.b[0].c[*].d", ["a.b.c.d"]),
        ("{ for k, v in data.a.b : v.id => k.x if each.value.y }", ["data.a.b"]),
        ("foo::bar(module.z.out, path.module, self.id)", ["module.z.out"]),
        ("<<EOT\nx.y ${a.b} z.z\nEOT", ["a.b"]),
        ("# a.b\n/* c.d */ e.f", ["e.f"]),
    ],
)
def test_references_of_expressions(expression: str, found: list[str]) -> None:
    assert [".".join(parts) for parts in find_references(expression)] == found


def test_files_that_are_joined_know_each_other() -> None:
    (terraform,) = [one for one in infrastructure.FORMATS if one.name == "Terraform"]
    texts = ['variable "a" {\n  type = string\n}', "locals {\n  b = var.a\n}\n"]
    assert terraform.separator is not None
    graph = terraform.read("infra", terraform.separator.join(texts))
    assert tell(graph) == {"local.b reference var.a"}
    assert graph.unresolved == ()


def test_providers_of_terraform_have_their_source_and_version() -> None:
    text = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.0" }
  }
}
provider "aws" {}
data "http" "me" { url = "x" }
"""
    nodes = {node.id: node for node in read_terraform("main.tf", text).nodes}
    assert nodes["provider aws"].label == "hashicorp/aws ~> 5.0"
    assert nodes["data.http.me"].group == "http"
