# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Joins namespaces to the namespace `balancer`, over both families: for the scripts beside it.

connect() { # connect NAMESPACE NUMBER
    ip link add "eth$2" netns balancer type veth peer name eth0 netns "$1"
    ip -n balancer address add "10.9.$2.1/24" dev "eth$2"
    ip -n balancer address add "fd09:$2::1/64" dev "eth$2" nodad
    ip -n balancer link set "eth$2" up
    ip -n "$1" address add "10.9.$2.2/24" dev eth0
    ip -n "$1" address add "fd09:$2::2/64" dev eth0 nodad
    ip -n "$1" link set eth0 up
    ip -n "$1" route add default via "10.9.$2.1"
    ip -n "$1" route add ::/0 via "fd09:$2::1"
}
