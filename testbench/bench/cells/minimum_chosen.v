// SPDX-License-Identifier: Apache-2.0
// minimum_chosen: the smaller of x and w, which comes inverted, by the carry of a comparison.

`default_nettype none

module minimum_chosen #(
    parameter W_DATA = 8
) (
    input  wire [W_DATA-1:0] x,
    input  wire [W_DATA-1:0] w_n,
    output wire [W_DATA-1:0] smaller
);

wire [W_DATA:0] compared = {1'b0, x} + {1'b0, w_n} + {{W_DATA{1'b0}}, 1'b1};
wire            unused   = &{1'b0, compared[W_DATA-1:0]};

assign smaller = compared[W_DATA] ? ~w_n : x;

endmodule

`default_nettype wire
