// SPDX-License-Identifier: Apache-2.0
// full_adder: of three bits, the sum and the carry. A module, so that a library's own can take its place.

`default_nettype none

module full_adder (
    input  wire a,
    input  wire b,
    input  wire c,
    output wire sum,
    output wire carry
);

assign sum   = a ^ b ^ c;
assign carry = a & b | (a ^ b) & c;

endmodule

`default_nettype wire
