// SPDX-License-Identifier: Apache-2.0
// stationary_array: adder_array, with a second way to use it: weights held in
// the cells.
//
// Without `stationary` it is adder_array: see there. With it, rows
// are filters and columns are channels. Words of weights enter on the left, that
// of the highest channel first, as `push` comes. `swap` travels as a tap's flags
// do: the cells that it passes hold the weights beside them from the next clock
// on. Activations enter at the top, one pixel a clock, and row r's sum of a pixel
// leaves on the right COLUMNS clocks after the pixel entered column 0 of the row.
//
// Weights move behind a swap only, not ahead of it. So the first word may be
// pushed in the swap's clock, and the next swap follow the last of LANES words:
// swaps are LANES clocks apart, and no less.
//
// With cells of minima a chain beside row 0 sums the activations of a pixel; its
// sum goes down the rows with theirs.

`default_nettype none

module stationary_array #(
    parameter ROWS    = 16,
    parameter COLUMNS = 16,
    parameter LANES   = 16,   // channels and filters of a word: the smaller of ROWS and COLUMNS
    parameter W_DATA  = 8,
    parameter W_ACC   = 18,
    parameter CELL    = 0    // 0: sums of |x - w|; 1: of min(x, w); see stationary_row
) (
    input  wire                      clk,
    input  wire                      rst,          // forgets taps and sums on their way

    input  wire                      stationary,   // constant while taps move
    input  wire                      push,         // row 0's weight enters
    input  wire                      swap,         // with row 0's flags: the weights that were pushed are held

    input  wire                      valid,        // with row 0's activation: a tap is there
    input  wire                      first,        // first tap of a tile; stationary: low
    input  wire                      last,         // last tap of a tile; stationary: low
    input  wire                      plain,        // with CELL 1: sums of minima leave as they are; constant
    input  wire [ROWS-1:0]           row_used,     // rows not in use add nothing; constant while taps move
    input  wire [COLUMNS-1:0]        column_used,  // skewed like w: the tap counts for the column's filter
    input  wire [ROWS*W_DATA-1:0]    x,            // skewed activations; stationary: weights
    input  wire [ROWS-1:0]           x_used,       // skewed like x: the activation, or the weight, counts
    input  wire [COLUMNS*W_DATA-1:0] w,            // skewed weights; stationary: activations

    output wire                      sums_valid,   // row 0's sum leaves
    output wire [$clog2(COLUMNS+1)-1:0] sums_column,  // the column it was summed in; stationary: nothing
    output wire [ROWS*W_ACC-1:0]     sums          // rightmost sums, row r delayed by r
);

localparam W_INDEX   = $clog2(COLUMNS + 1);
localparam W_LANE    = 32;
localparam W_CELL    = W_ACC - (CELL == 1 ? 1 : 0);   // bits in a cell's sum
localparam W_ROW     = COLUMNS * W_LANE;
localparam DIAGONALS = ROWS + COLUMNS - 1;   // cells of one see a tap in the same clock

generate
    if (ROWS < 1 || ROWS > 64) begin : check_rows
        error_ROWS_must_be_from_1_to_64 stop ();
    end
    if (COLUMNS < 1 || COLUMNS > 64) begin : check_columns
        error_COLUMNS_must_be_from_1_to_64 stop ();
    end
endgenerate

// ---------------------------------------------------------------------------
// Flags of taps, shared by a diagonal's cells: index DIAGONALS - d is what
// entered d clocks ago. `keep` is spread over a lane, as stationary_row wants it.

reg  [DIAGONALS-1:0]            valid_q, last_q, swap_q;
reg  [DIAGONALS*W_LANE-1:0]     keep_q;
wire [DIAGONALS:0]              valid_at = {valid, valid_q};
wire [DIAGONALS:0]              last_at  = {valid & last, last_q};
wire [DIAGONALS:0]              swap_at  = {swap, swap_q};
wire [(DIAGONALS+1)*W_LANE-1:0] keep_at  = {{W_LANE-W_CELL{1'b0}}, {W_CELL{~(valid & first)}}, keep_q};

always @(posedge clk) begin
    valid_q <= valid_at[DIAGONALS:1] & {DIAGONALS{~rst}};
    last_q  <= last_at[DIAGONALS:1] & {DIAGONALS{~rst}};
    swap_q  <= swap_at[DIAGONALS:1] & {DIAGONALS{~rst}};
    keep_q  <= keep_at[(DIAGONALS+1)*W_LANE-1:W_LANE];
end

wire unused = &{1'b0, valid_at[0], swap_at[0], keep_at[W_LANE-1:0]};

// ---------------------------------------------------------------------------
// Row 0 counts its sums out; the rows below do the same, each a clock later.
// Column c takes a sum from the left c times, no more: column 0 may hold the
// next tile's already.

reg [W_INDEX-1:0] left;     // sums of row 0 still to leave
reg [COLUMNS-1:0] moving;   // columns that take the left neighbour's sum
reg               leaving;  // row 0's sum of a pixel

always @(posedge clk) begin
    if (last_at[ROWS]) begin
        left   <= COLUMNS[W_INDEX-1:0];
        moving <= {COLUMNS{1'b1}} >> 1;
    end else begin
        if (left != {W_INDEX{1'b0}})
            left <= left - 1'b1;
        moving <= moving >> 1;
    end
    leaving <= valid_at[ROWS] & stationary & ~rst;
    if (rst)
        left <= {W_INDEX{1'b0}};
end

assign sums_valid  = leaving | left != {W_INDEX{1'b0}};
assign sums_column = left - 1'b1;

// ---------------------------------------------------------------------------
// Places in row 0 that a swap has not reached yet, which keep what they have.

wire [COLUMNS-1:0] ahead;

generate if (COLUMNS == 1) begin : gen_alone
    assign ahead = 1'b0;
end else begin : gen_ahead
    reg [COLUMNS-2:0] ahead_q;   // and lane COLUMNS-1, the leftmost, never

    always @(posedge clk)
        ahead_q <= ahead[COLUMNS-1:1] & {COLUMNS-1{~rst}};

    assign ahead = {1'b0, ahead_q | {COLUMNS-1{swap}}};
end endgenerate

// ---------------------------------------------------------------------------
// Rows. What comes from above was the row above's a clock ago.

genvar r, c;
generate for (r = 0; r < ROWS; r = r + 1) begin : gen_row
    wire               row_leaving;
    wire [COLUMNS-1:0] move, shift;
    wire [W_ROW-1:0]   row_w;
    wire [W_ACC-1:0]   x_total;

    if (r == 0) begin : gen_top
        assign row_leaving = |{last_at[ROWS-1 +: COLUMNS], moving};
        assign move        = moving;
        assign shift       = {COLUMNS{~stationary}} | ({COLUMNS{push}} & ~ahead);
        for (c = 0; c < COLUMNS; c = c + 1) begin : gen_column
            wire tap_used = (column_used[c] | stationary) & valid_at[DIAGONALS-c];
            wire [W_DATA-1:0] code = w[c*W_DATA +: W_DATA];
            assign row_w[(COLUMNS-1-c)*W_LANE +: W_LANE] = CELL == 0
                ? {{W_LANE-2*W_DATA{1'b0}}, {W_DATA{tap_used}}, code}
                : {{W_LANE-W_DATA{1'b0}}, code & {W_DATA{tap_used}}};
        end

        if (CELL == 1) begin : gen_total
            wire [W_CELL-1:0] total;

            stationary_total #(
                .COLUMNS(COLUMNS), .HOLDS(LANES), .W_DATA(W_DATA), .W_SUM(W_CELL), .W_LANE(W_LANE)
            ) total_u (
                .clk    (clk),
                .x_used (x_used[0]),
                .shift  (shift),
                .swap   (swap_at[ROWS +: COLUMNS]),
                .w      (row_w),
                .total  (total)
            );

            assign x_total = {1'b0, total};
        end else begin : gen_no_total
            assign x_total = {W_ACC{1'b0}};
        end
    end else begin : gen_below
        reg               leaving_q;
        reg [COLUMNS-1:0] move_q, shift_q;
        reg [W_ROW-1:0]   w_q;
        reg [W_ACC-1:0]   x_total_q;

        always @(posedge clk) begin
            leaving_q <= gen_row[r-1].row_leaving;
            move_q    <= gen_row[r-1].move;
            shift_q   <= gen_row[r-1].shift;
            w_q       <= gen_row[r-1].row_w;
            x_total_q <= gen_row[r-1].x_total;
        end

        assign row_leaving = leaving_q;
        assign move        = move_q;
        assign shift       = shift_q;
        assign row_w       = w_q;
        assign x_total     = x_total_q;
    end

    stationary_row #(
        .COLUMNS(COLUMNS), .HOLDS(r < LANES ? LANES : 0), .W_DATA(W_DATA), .W_ACC(W_ACC), .CELL(CELL), .W_LANE(W_LANE)
    ) row_u (
        .clk        (clk),
        .stationary (stationary),
        .used       (row_used[r]),
        .plain      (plain),
        .valid      (valid_at[ROWS-r]),
        .x          (x[r*W_DATA +: W_DATA]),
        .x_used     (x_used[r]),
        .shift      (shift),
        .swap       (swap_at[ROWS-r +: COLUMNS]),
        .w          (row_w),
        .keep       (keep_at[(ROWS-r)*W_LANE +: W_ROW]),
        .x_total    (x_total),
        .leaving    (row_leaving & row_used[r]),
        .load       (last_at[ROWS-1-r +: COLUMNS]),
        .move       (move),
        .sum        (sums[r*W_ACC +: W_ACC])
    );
end endgenerate

endmodule

`default_nettype wire
