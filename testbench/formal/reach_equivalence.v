// SPDX-License-Identifier: Apache-2.0
// Two arrays of the same cells, one with registers at each cell and one in blocks
// of REACH x REACH, each with its own skew, give the same sums of the same taps:
// those of the blocks LATE clocks sooner. Only for proofs.
//
// Taps are any; tiles end as far apart as the array wants, and the first tap after
// the reset begins a tile.

`default_nettype none

module reach_equivalence #(
    parameter ROWS    = 2,
    parameter COLUMNS = 3,
    parameter W_DATA  = 2,
    parameter W_ACC   = 5,
    parameter CELL    = 0,
    parameter SERIAL  = 0,
    parameter REACH   = 2,
    parameter TAPS    = 1
) (
    input wire                      clk,
    input wire                      any_plain,
    input wire [ROWS-1:0]           any_rows,
    input wire                      valid,
    input wire                      first,
    input wire                      last,
    input wire [ROWS*TAPS*W_DATA-1:0]    x,
    input wire [COLUMNS*TAPS*W_DATA-1:0] w,
    input wire [COLUMNS*TAPS-1:0]        column_used
);

localparam APART  = COLUMNS * (SERIAL != 0 ? ROWS : 1);
localparam ACROSS = COLUMNS - 1 - (COLUMNS - 1) / REACH;                 // registers fewer
localparam DOWN   = SERIAL != 0 ? 0 : ROWS - 1 - (ROWS - 1) / REACH;
localparam LATE   = ACROSS + DOWN;
localparam W_ROW  = $clog2(ROWS + 1);
localparam W_OUT  = 1 + W_ROW + $clog2(COLUMNS + 1) + (SERIAL != 0 ? 1 : ROWS) * W_ACC;

reg [1:0] age;   // 0 at first
reg [4:0] gap;   // clocks until a tile may end
reg       begun;
reg       plain;             // constant while taps move
reg [ROWS-1:0] row_used;
wire      rst = age < 2'd2;

always @(posedge clk) begin
    age   <= age + {1'd0, rst};
    gap   <= valid & last ? APART - 1 : gap - {4'd0, gap != 5'd0};
    begun <= ~rst & (begun | valid);
    if (rst) begin
        gap      <= 5'd0;
        plain    <= any_plain;
        row_used <= any_rows;
    end
end

// {valid, row, column, sums} of each, the sums of rows in use, lined up
wire [2*W_OUT-1:0] out;

wire [ROWS*W_ACC-1:0] used;

genvar i, r;
generate for (r = 0; r < ROWS; r = r + 1) begin : gen_used
    assign used[r*W_ACC +: W_ACC] = {W_ACC{row_used[r]}};
end endgenerate

generate for (i = 0; i < 2; i = i + 1) begin : gen_array
    localparam OWN = i == 0 ? 1 : REACH;

    wire [ROWS*TAPS*W_DATA-1:0]    x_skewed;
    wire [COLUMNS*TAPS*W_DATA-1:0] w_skewed;
    wire [COLUMNS*TAPS-1:0]        used_skewed;
    wire                      sums_valid;
    wire [$clog2(COLUMNS+1)-1:0] sums_column;
    wire [W_ROW-1:0]          sums_row;
    wire [ROWS*W_ACC-1:0]     sums;

    skew #(.LANES(ROWS), .W(TAPS*W_DATA), .REACH(OWN)) skew_x_u (.clk(clk), .in(x), .out(x_skewed));
    skew #(.LANES(COLUMNS), .W(TAPS*W_DATA), .REACH(OWN)) skew_w_u (.clk(clk), .in(w), .out(w_skewed));
    skew #(.LANES(COLUMNS), .W(TAPS), .REACH(OWN)) skew_used_u (.clk(clk), .in(column_used), .out(used_skewed));

    adder_array #(
        .ROWS(ROWS), .COLUMNS(COLUMNS), .W_DATA(W_DATA), .W_ACC(W_ACC), .CELL(CELL), .SERIAL(SERIAL), .REACH(OWN), .TAPS(TAPS)
    ) array_u (
        .clk         (clk),
        .rst         (rst),
        .valid       (valid),
        .first       (first),
        .last        (last),
        .plain       (plain),
        .row_used    (row_used),
        .column_used (used_skewed),
        .x           (x_skewed),
        .w           (w_skewed),
        .sums_valid  (sums_valid),
        .sums_column (sums_column),
        .sums_row    (sums_row),
        .sums        (sums)
    );

    if (SERIAL != 0) begin : gen_turns
        wire [W_ACC-1:0] sum  = sums >> (sums_row * W_ACC);
        wire [ROWS-1:0]  turn = row_used >> sums_row;
        assign out[i*W_OUT +: W_OUT] = {sums_valid, sums_row, sums_column, sum & {W_ACC{turn[0]}}};
    end else begin : gen_rows
        wire [ROWS*W_ACC-1:0]                  lined_up;
        wire [W_ROW+$clog2(COLUMNS+1):0] flags;

        skew #(.LANES(ROWS), .W(W_ACC), .REACH(OWN), .REVERSE(1)) unskew_u (.clk(clk), .in(sums), .out(lined_up));
        delay #(.CLOCKS((ROWS - 1) / OWN), .W(1 + W_ROW + $clog2(COLUMNS + 1))) delay_u (
            .clk (clk),
            .rst (rst),
            .in  ({sums_valid, sums_row, sums_column}),
            .out (flags)
        );
        assign out[i*W_OUT +: W_OUT] = {flags, lined_up & used};
    end
end endgenerate

wire [W_OUT-1:0] blocks;
delay #(.CLOCKS(LATE), .W(W_OUT)) late_u (.clk(clk), .rst(rst), .in(out[W_OUT +: W_OUT]), .out(blocks));

wire [W_OUT-1:0] single = out[W_OUT-1:0];

always @* begin
    assume (~(valid & last & gap != 5'd0));
    assume (~valid | first | begun);
    assume (~(rst & valid));
    if (~rst) begin
        assert (single[W_OUT-1] == blocks[W_OUT-1]);
        assert (~single[W_OUT-1] | single == blocks);
    end
end

endmodule

`default_nettype wire
