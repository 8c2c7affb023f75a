// SPDX-License-Identifier: Apache-2.0
// distance_inverted: x - w, its bits inverted if it is negative: |x - w| - negative.
//
// The hierarchy is kept so that bits are inverted in the LUTs that subtract, and
// not in front of the next adder.

`default_nettype none

(* keep_hierarchy *)
module distance_inverted #(
    parameter W_DATA = 8
) (
    input  wire [W_DATA-1:0] x,
    input  wire [W_DATA-1:0] w_n,        // w, inverted
    output wire [W_DATA-1:0] inverted,
    output wire              negative
);

wire [W_DATA:0] difference = {1'b0, x} + {1'b0, w_n} + {{W_DATA{1'b0}}, 1'b1};

assign negative = ~difference[W_DATA];
assign inverted = difference[W_DATA-1:0] ^ {W_DATA{negative}};

endmodule

`default_nettype wire
