"""Statements of a first course as they are typed: norms of sums, moments that are assumed, gradient descent."""

from __future__ import annotations

import shlex

import pytest
from click.testing import CliRunner

from verify.command.cli import cli

TRUE = """
"opnorm(A + B) <= opnorm(A) + opnorm(B)"
"opnorm(A + 2 B - C) <= opnorm(A) + 2 opnorm(B) + opnorm(C)"
"opnorm(A B + C) <= opnorm(A) opnorm(B) + opnorm(C)"
"opnorm(A + u v') <= opnorm(A) + |u| |v|"
"opnorm(A - c I) <= opnorm(A) + c" --let "A: d x d; c: positive"
"A B' + B A' <= 2 opnorm(A) opnorm(B) I"
"lambda_max(A B' + B A') <= 2 opnorm(A) opnorm(B)"
"A + A' <= 2 opnorm(A) I" --let "A: d x d"
"x'A x <= opnorm(A) x'x"
"S <= opnorm(S) I" --let "S: symmetric"
"S >= 0" --law "x: E[x x'] = S"
"S >= 0" --law "x: E[x] = mu; E[x x'] = S + mu mu'"
"S >= 0" --let "x: random" --assume "E[(x - E[x])(x - E[x])'] = S"
"tr(S) >= 0" --law "x: E[x x'] = S"
"S + c I > 0" --law "x: E[x x'] = S" --let "c: positive"
"E[x'A x] = tr(A S) + m'A m" --law "x: E[x] = m; E[x x'] = S + m m'"
"(1 - t) |x|^2 + t |y|^2 >= |(1 - t) x + t y|^2" --let "t: nonnegative" --assume "t <= 1"
"|A'A x|^2 <= L x'A'A x" --let "L: positive" --assume "A'A <= L I"
"|A'y|^2 <= L y'y" --let "L: positive" --assume "A'A <= L I"
"|x - eta A'A x|^2 <= |x|^2" --let "L: positive; eta: positive" --assume "A'A <= L I; eta L <= 2"
"|x - t S x|^2 <= (1 - t c) x'x" --let "S: positive definite; L, t, c: positive" --assume "c I <= S; S <= L I; t L<=1"
"I - A'(A A')^-1 A >= 0" --assume "A A' > 0"
"S^-1 <= T^-1" --let "S, T: positive definite" --assume "S > T"
"x'S x > c x'x" --let "S: symmetric; c: positive; x: nonzero" --assume "c I < S"
"relu(A x - b)'relu(b - A x) = 0"
"|relu(x)| <= |x|"
"|S x|^2 <= L x'S x" --let "S: psd" --assume "S <= L I"
"|S x|^2 <= opnorm(S) x'S x" --let "S: psd"
"tr(S T S) <= L tr(S T)" --let "S, T: psd" --assume "S <= L I"
"|x - eta S x| <= (1 - eta mu) |x|" --let "S: symmetric" --assume "mu I <= S; S <= L I; eta > 0; eta L<=1; eta mu<=1"
"|x - eta S x|^2 <= (1 - eta mu) |x|^2" --let "S: symmetric" --assume "S >= mu I; S <= L I; eta > 0; eta L <= 1; mu > 0"
"|S x|^2 + mu L x'x <= (mu + L) x'S x" --let "S: symmetric" --assume "S <= L I; S >= mu I"
"(x - y)'(S x - S y) >= mu |x - y|^2" --assume "S >= mu I"
"E[|A x|^2] <= opnorm(A)^2 E[|x|^2]" --let "x: random"
"tr(S) tr(S^-1) >= d^2" --let "S: d x d, positive definite"
"det(S) <= 1" --let "S: positive definite" --assume "S <= I"
"logdet(S) <= logdet(S + T)" --let "S: pd; T: psd"
"logdet(I + A A') <= tr(A A')"
"0 <= tr(S^-1 T) + (u - v)'S^-1(u - v) - d + log(det(S)/det(T))" --let "S, T: pd, d x d"
"grad(softmax(x)'c, x) = softmax(x) o c - (softmax(x)'c) softmax(x)"
"grad(lse(x), x) = softmax(x)"
"log(prod(x)) = sum(log(x))" --let "x: positive column"
"E[exp(a'x)] >= exp(a'E[x])" --let "x: random"
"E[(x - mu) o (x - mu)] = diagonal(S) - mu o mu" --law "x: E[x] = mu, E[x x'] = S"
"E[Diag(x) A Diag(x)] = S o A" --law "x: E[x x'] = S"
"E[(a'x)^4] <= 3 |a|^4 lambda_max(S)^2" --law "x: normal(0, S)"
"|A x - A y| <= opnorm(A) |x - y|"
"|x o y| <= |x| |y|"
"x'A x >= mu |x|^2" --let "A: d x d; mu: positive" --assume "A + A' >= 2 mu I"
"a >= 0" --let "S: psd; a: scalar; x: nonzero" --assume "S x = a x"
"exp(a) <= exp(b)" --let "a, b: scalar" --assume "a <= b"
"log(a) <= log(b)" --let "a, b: positive" --assume "a <= b"
"1 - eta L >= 0" --let "eta: positive" --assume "eta <= 1/L; L > 0"
"|x - S x/L| <= |x|" --let "S: psd" --assume "S <= L I; L > 0"
"x'S^-1 x >= |x|^2/lambda_max(S)" --let "S: positive definite"
"E[log(1 + |x|^2)] <= log(1 + E[|x|^2])" --let "x: random"
"E[1/(1 + |x|^2)] >= 1/(1 + E[|x|^2])" --let "x: random"
"E[relu(a'x)] >= a'E[x]" --let "x: random"
"|relu(x) - relu(y)| <= |x - y|"
"sum(relu(x)) <= |x|_1"
"sum(relu(x + y)) <= sum(relu(x)) + sum(relu(y))"
"abs(x) = relu(x) + relu(-x)" --let "x: column"
"|tanh(x)|^2 <= d" --let "x: d"
"E[tanh(a'x)^2] <= 1" --let "x: random"
"sigmoid(a) < 1" --let "a: scalar"
"softplus(a) > a" --let "a: scalar"
"grad(log(1 + exp(-y x'w)), w) = -y sigmoid(-y x'w) x" --let "y: scalar"
"u'hess(log(1 + exp(x'w)), w) u <= (x'u)^2/4"
"lse(x) >= max(x)"
"lse(x) <= max(x) + log(d)" --let "x: d"
"-p'log(p) <= log(d)" --let "p: d, positive" --assume "sum(p) = 1"
"p'log(p) >= p'log(q)" --let "p, q: positive column" --assume "sum(p) = 1; sum(q) = 1"
"sum(log(v)) <= sum(v) - d" --let "v: d, positive"
"p'x <= max(x)" --let "p: nonnegative column" --assume "sum(p) = 1"
"1/d <= |p|^2" --let "p: d, nonnegative" --assume "sum(p) = 1"
"""
FALSE = """
"opnorm(A + B) >= opnorm(A) + opnorm(B)"
"opnorm(A) <= opnorm(A + B)"
"A B' + B A' <= opnorm(A) opnorm(B) I"
"c (A B' + B A') <= 2 c opnorm(A) opnorm(B) I" --let "c: scalar"
"A + A' <= opnorm(A) I" --let "A: d x d"
"-S >= 0" --law "x: E[x x'] = S"
"S >= mu mu'" --law "x: E[x] = mu; E[x x'] = S + mu mu'"
"|A'y|^2 <= y'y" --let "L: positive" --assume "A'A <= L I"
"|x - eta A'A x|^2 <= |x|^2" --let "L: positive; eta: positive" --assume "A'A <= L I; eta L <= 3"
"S > 0" --let "S, T: symmetric" --assume "S > T"
"x'A'A x <= 0" --let "x: nonzero" --assume "A'A > 0"
"relu(x)'relu(x) = x'x"
"relu(x)'relu(y) = x'relu(y)"
"|S x|^2 <= L x'S x" --let "S: symmetric" --assume "S <= L I"
"x'S T x >= 0" --let "S, T: psd"
"tr(S T U) >= 0" --let "S, T, U: psd"
"det(S) <= det(T)" --let "S, T: symmetric" --assume "S <= T"
"logdet(I + S) <= tr(S) - 1" --let "S: psd"
"tr(S) tr(S^-1) <= d^2" --let "S: d x d, positive definite"
"p'log(p) <= p'log(q)" --let "p, q: positive column" --assume "sum(p) = 1; sum(q) = 1"
"lse(x) <= max(x)"
"exp(b) <= exp(a)" --let "a, b: scalar" --assume "a <= b"
"x'A x >= 2 mu |x|^2" --let "A: d x d; mu: positive" --assume "A + A' >= 2 mu I"
"E[log(1 + |x|^2)] >= log(1 + E[|x|^2])" --let "x: random"
"x'S^-1 x >= |x|^2/lambda_min(S)" --let "S: positive definite"
"tanh(a) <= sigmoid(a)" --let "a: scalar"
"softplus(a) < a + 1/2" --let "a: scalar"
"|relu(x) + relu(y)| <= |x + y|"
"grad(log(1 + exp(-y x'w)), w) = -y sigmoid(y x'w) x" --let "y: scalar"
"p'x <= max(x)" --let "p: column" --assume "sum(p) = 1"
"""


def check(line: str) -> str:
    return CliRunner().invoke(cli, ["check", *shlex.split(line)]).output


@pytest.mark.parametrize("line", TRUE.strip().splitlines())
def test_it_is_derived_from_the_statement_alone(line: str) -> None:
    assert "\nproved " in check(line)


@pytest.mark.parametrize("line", FALSE.strip().splitlines())
def test_what_is_not_so_is_refuted(line: str) -> None:
    assert "\nrefuted " in check(line)


def test_a_law_begins_with_a_name() -> None:
    assert "expected a name, a colon" in check('"E[x] = mu" --law "E[x] = mu"')


def test_a_mean_is_a_column_unless_something_else_is_said_of_it() -> None:
    assert "mu: d x 1\n" in check('"S >= 0" --law "x: E[x] = mu; E[x x\'] = S + mu mu\'"')
    assert "\n  got:    E[x], a column, and q, a scalar" in check('"q >= 0" --let "q: scalar" --law "x: E[x] = q"')


def test_a_law_is_known_by_its_moments() -> None:
    assert "expected what is known of the moments" in check('"E[|x|^2] = d" --law "x: standard normal" --let "x: d"')
