// SPDX-License-Identifier: Apache-2.0
// small_top: the smallest board that has all of one: an array between two pins.

`default_nettype none

module small_top #(
    parameter ROWS             = 1,
    parameter COLUMNS          = 1,
    parameter W_DATA           = 2,
    parameter W_ACC            = 12,
    parameter W_SUM            = 13,   // there is nothing after the array, and no buffer
    parameter ACTIVATION_DEPTH = 1,
    parameter WEIGHT_DEPTH     = 1,
    parameter FOLD_DEPTH       = 1,
    parameter PAD_DEPTH        = 1,
    parameter RESULT_DEPTH     = 1,
    parameter PROGRAM_DEPTH    = 1
) (
    input  wire clk,
    input  wire rx,
    output wire tx
);

reg  [ROWS+COLUMNS+(ROWS+COLUMNS)*W_DATA+3:0] in_q;
wire [ROWS*W_ACC-1:0] sums;
wire [$clog2(COLUMNS+1)-1:0] sums_column;
wire sums_valid;
reg  out_q;

always @(posedge clk) begin
    in_q  <= {in_q[ROWS+COLUMNS+(ROWS+COLUMNS)*W_DATA+2:0], rx};
    out_q <= ^{sums, sums_column, sums_valid};
end

assign tx = out_q;

adder_array #(.ROWS(ROWS), .COLUMNS(COLUMNS), .W_DATA(W_DATA), .W_ACC(W_ACC)) array_u (
    .clk         (clk),
    .rst         (in_q[0]),
    .valid       (in_q[1]),
    .first       (in_q[2]),
    .last        (in_q[3]),
    .plain       (1'b0),
    .row_used    (in_q[4 +: ROWS]),
    .column_used (in_q[4+ROWS +: COLUMNS]),
    .x           (in_q[4+ROWS+COLUMNS +: ROWS*W_DATA]),
    .w           (in_q[4+ROWS+COLUMNS+ROWS*W_DATA +: COLUMNS*W_DATA]),
    .sums_valid  (sums_valid),
    .sums_column (sums_column),
    .sums        (sums)
);

endmodule

`default_nettype wire
