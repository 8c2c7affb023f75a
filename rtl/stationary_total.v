// SPDX-License-Identifier: Apache-2.0
// stationary_total: sums the activations of each pixel while weights are held in
// cells of minima.
//
// It lies beside the array's top row and takes what that takes: a channel counts
// if the row's weight of it does. A pixel's sum is there when the row's is.
// Vectors are in the order of stationary_row's lanes, whose place and held weight
// are a bit here.

`default_nettype none

module stationary_total #(
    parameter COLUMNS = 16,
    parameter HOLDS   = 16,   // as in stationary_row
    parameter W_DATA  = 8,
    parameter W_SUM   = 17,
    parameter W_LANE  = 32
) (
    input  wire                      clk,

    input  wire                      x_used,   // the weight that enters counts
    input  wire [COLUMNS-1:0]        shift,
    input  wire [COLUMNS-1:0]        swap,
    input  wire [COLUMNS*W_LANE-1:0] w,        // a lane: activation
    output wire [W_SUM-1:0]          total     // leaves on the right
);

localparam LAST = COLUMNS - 1;
localparam PASS = COLUMNS - HOLDS;

reg [COLUMNS-1:0]       place, held;
reg [COLUMNS*W_SUM-1:0] acc;
integer i;

always @(posedge clk)
    for (i = 0; i < COLUMNS; i = i + 1) begin
        if (shift[i])
            place[i] <= i == LAST ? x_used : place[(i+1) % COLUMNS];
        if (i < PASS)
            held[i] <= 1'b0;
        else if (swap[i])
            held[i] <= place[i];
        acc[i*W_SUM +: W_SUM] <= (i == LAST ? {W_SUM{1'b0}} : acc[((i+1) % COLUMNS)*W_SUM +: W_SUM])
            + {{W_SUM-W_DATA{1'b0}}, w[i*W_LANE +: W_DATA] & {W_DATA{held[i]}}};
    end

assign total = acc[W_SUM-1:0];

wire unused = &{1'b0, place, w};

endmodule

`default_nettype wire
