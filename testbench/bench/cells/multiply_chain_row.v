// SPDX-License-Identifier: Apache-2.0
// multiply_chain_row: adds x to what comes from above, or passes that on.
//
// With INVERT what leaves is inverted; of an inverted row, what passes on is not
// its highest bit, which a product of two bits that is taken off has as a sign.
// The hierarchy is kept because the logic of rows that follow each other would be
// shared out over more LUTs than rows of one LUT a bit have.

`default_nettype none

(* keep_hierarchy *)
module multiply_chain_row #(
    parameter W_DATA = 8,
    parameter [1:0] INVERT = 2'b00   // 01: hands over inverted, 11: and takes so
) (
    input  wire              add,
    input  wire [W_DATA-1:0] x,
    input  wire [W_DATA-1:0] above,
    output wire [W_DATA:0]   row
);

wire [W_DATA:0] added = {1'b0, above} + {1'b0, x};

// The carry of ~a + x is the borrow of a - x.
assign row[W_DATA]     = (add & added[W_DATA]) ^ (INVERT == 2'b01);
assign row[W_DATA-1:0] = (add ? added[W_DATA-1:0] : above) ^ {W_DATA{INVERT[0]}};

endmodule

`default_nettype wire
