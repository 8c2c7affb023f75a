// SPDX-License-Identifier: Apache-2.0
// pipelined_array: the array of adder_array from cells for FPGAs, for distances and minima.
//
// What enters and leaves is as with adder_array, in the same order, but:
//
// - sums leave two clocks later: one between difference and sum, and one because
//   the rightmost cell's sum, too, leaves through a register;
// - what leaves is `sums` + `rests`, a bit more for each row, see pipelined_cell;
// - weights enter inverted, which costs nothing where they come from;
// - rows not in use hold still: their sums are anything.
//
// Cells of minima (CELL 1) sum e = max(0, x - w), and each row sums x. As min(x, w) =
// x - e, what leaves is sum x - sum e if `plain`, and else sum |x - w| - sum w =
// 2 sum e - sum x. A tap that a column does not use counts as w = 0, so e = x.
//
// In vectors of columns, column 0 is the lowest; index d of flags is what entered
// d clocks ago.

`default_nettype none

module pipelined_array #(
    parameter ROWS    = 16,
    parameter COLUMNS = 16,
    parameter W_DATA  = 8,
    parameter W_ACC   = 18,
    parameter CELL    = 0,   // 0: sums of |x - w|; 1: of min(x, w), as in adder_row
    parameter SERIAL  = 0    // 1: a column's sums leave one row a clock
) (
    input  wire                      clk,
    input  wire                      rst,          // forgets sums on their way

    input  wire                      valid,        // with row 0's activation: a tap is there
    input  wire                      first,        // first tap of a tile
    input  wire                      last,         // last tap of a tile
    input  wire                      plain,        // with CELL 1: sums of minima leave as they are; constant
    input  wire [ROWS-1:0]           row_used,     // constant while taps move
    input  wire [COLUMNS-1:0]        column_used,  // skewed like w: the tap counts for the column's filter
    input  wire [ROWS*W_DATA-1:0]    x,            // skewed activations
    input  wire [COLUMNS*W_DATA-1:0] w_n,          // skewed weights, inverted

    output wire                      sums_valid,   // row 0's sum leaves; with SERIAL, row sums_row's
    output wire [$clog2(COLUMNS+1)-1:0] sums_column,  // the column it was summed in
    output wire [$clog2(ROWS+1)-1:0] sums_row,     // 0 without SERIAL
    output wire [ROWS*W_ACC-1:0]     sums,         // rightmost sums, row r delayed by r
    output wire [ROWS-1:0]           rests         // 1 is still to be added to the row's sum
);

localparam W_INDEX   = $clog2(COLUMNS + 1);
localparam W_COUNT   = $clog2(ROWS + 1);
localparam LAST_ROW  = SERIAL != 0 ? ROWS - 1 : 0;    // of those that take turns
localparam W_CELL    = W_ACC - (CELL == 1 ? 1 : 0);   // bits in a cell's sum
localparam W_ASIDE   = W_CELL + 1;
localparam DIAGONALS = ROWS + COLUMNS - 1;   // cells of one see a tap in the same clock

generate
    if (ROWS < 1 || ROWS > 64) begin : check_rows
        error_ROWS_must_be_from_1_to_64 stop ();
    end
    if (COLUMNS < 1 || COLUMNS > 64) begin : check_columns
        error_COLUMNS_must_be_from_1_to_64 stop ();
    end
    if (CELL < 0 || CELL > 1) begin : check_cell
        error_CELL_must_be_0_or_1_in_a_pipelined_array stop ();
    end
    if (W_CELL <= W_DATA) begin : check_w_acc
        error_W_ACC_must_exceed_W_DATA_by_2_with_CELL_1_else_by_1 stop ();
    end
endgenerate

// ---------------------------------------------------------------------------
// Flags of taps, shared by a diagonal's cells

reg  [COLUMNS:1]     valid_q;
reg  [DIAGONALS:1]   first_q;
reg  [DIAGONALS+1:1] last_q;
reg                  rst_q;      // a wire across the array ends here; a clock later it is as if there was none
wire [COLUMNS:0]     valid_at = {valid_q, valid};
wire [DIAGONALS:0]   first_at = {first_q, valid & first};
wire [DIAGONALS+1:0] last_at  = {last_q, valid & last};

always @(posedge clk) begin
    valid_q <= valid_at[COLUMNS-1:0];
    first_q <= first_at[DIAGONALS-1:0];
    last_q  <= last_at[DIAGONALS:0] & {{DIAGONALS{~rst_q}}, ~rst};
    rst_q   <= rst;
end

wire unused = &{1'b0, valid_at[COLUMNS], first_at[0]};

// ---------------------------------------------------------------------------
// Row 0 counts its sums out; the rows below do the same, each a clock later.
// Column c takes a sum from the left c times, no more: column 0 may hold the
// next tile's already. What moves is told a clock ahead, so that it comes from
// registers.

reg [COLUMNS-1:0] moving;   // columns that take the left neighbour's sum in the next clock
reg [W_COUNT-1:0] turn;     // row whose sum leaves in the next clock
reg [COLUMNS-1:0] leave_0;  // row 0's cells whose sum that leaves is replaced
reg               leaving;  // some are still to leave
reg [W_INDEX-1:0] left;     // ... of so many columns
reg [W_COUNT-1:0] row;      // whose turn it is

wire turn_last = SERIAL == 0 || turn == LAST_ROW[W_COUNT-1:0];
wire row_last  = SERIAL == 0 || row == LAST_ROW[W_COUNT-1:0];

always @(posedge clk) begin
    if (last_at[COLUMNS]) begin
        moving <= {COLUMNS{1'b1}} << 1;
        turn   <= {W_COUNT{1'b0}};
    end else begin
        if (turn_last)
            moving <= moving << 1;
        turn <= turn_last ? {W_COUNT{1'b0}} : turn + 1'b1;
    end
end

always @(posedge clk) begin
    leave_0 <= last_at[1 +: COLUMNS] | (moving & {COLUMNS{turn_last}});
    row     <= turn;
    leaving <= (last_at[COLUMNS+1] | (leaving & ~(row_last & left == {{W_INDEX-1{1'b0}}, 1'b1}))) & ~rst_q;
    if (last_at[COLUMNS+1])
        left <= COLUMNS[W_INDEX-1:0];
    else if (row_last)
        left <= left - 1'b1;
end

assign sums_valid  = leaving & ~rst_q;
assign sums_column = left - 1'b1;
assign sums_row    = row;

// ---------------------------------------------------------------------------
// Rows. What comes from above was the row above's a clock ago.

genvar r, c;
generate for (r = 0; r < ROWS; r = r + 1) begin : gen_row
    wire [COLUMNS*W_DATA-1:0]  row_w;
    wire [COLUMNS-1:0]         skip, leave;
    wire [COLUMNS*W_DATA-1:0]  row_x;
    wire [COLUMNS*W_ASIDE-1:0] aside;
    wire [W_CELL-1:0]          cell_sum;

    if (r == 0) begin : gen_top
        for (c = 0; c < COLUMNS; c = c + 1) begin : gen_column
            if (CELL == 1) begin : gen_unused_0
                assign row_w[c*W_DATA +: W_DATA] = w_n[c*W_DATA +: W_DATA] | {W_DATA{~column_used[c]}};
                assign skip[c] = ~valid_at[c];
            end else begin : gen_unused_skipped
                assign row_w[c*W_DATA +: W_DATA] = w_n[c*W_DATA +: W_DATA];
                assign skip[c] = ~(column_used[c] & valid_at[c]);
            end
        end
        assign leave = leave_0;
    end else begin : gen_below
        reg [COLUMNS*W_DATA-1:0] w_q;
        reg [COLUMNS-1:0]        skip_q, leave_q;

        always @(posedge clk) begin
            w_q     <= gen_row[r-1].row_w;
            skip_q  <= gen_row[r-1].skip;
            leave_q <= gen_row[r-1].leave;
        end

        assign row_w = w_q;
        assign skip  = skip_q;
        assign leave = leave_q;
    end

    for (c = 0; c < COLUMNS; c = c + 1) begin : gen_cell
        wire [W_ASIDE-1:0] left_aside;

        if (c == 0) begin : gen_leftmost
            assign row_x[W_DATA-1:0] = x[r*W_DATA +: W_DATA];
            assign left_aside = {W_ASIDE{1'b0}};
        end else begin : gen_right
            reg [W_DATA-1:0] x_q;

            always @(posedge clk)
                x_q <= row_x[(c-1)*W_DATA +: W_DATA];

            assign row_x[c*W_DATA +: W_DATA] = x_q;
            assign left_aside = aside[(c-1)*W_ASIDE +: W_ASIDE];
        end

        pipelined_cell #(.W_DATA(W_DATA), .W_ACC(W_CELL), .CELL(CELL)) cell_u (
            .clk   (clk),
            .used  (row_used[r]),
            .skip  (skip[c]),
            .x     (row_x[c*W_DATA +: W_DATA]),
            .w_n   (row_w[c*W_DATA +: W_DATA]),
            .first (first_at[r+c+1]),
            .load  (last_at[r+c+2] | c == 0),   // the first column has no other to take from
            .leave (leave[c]),
            .left  (left_aside),
            .aside (aside[c*W_ASIDE +: W_ASIDE])
        );
    end

    assign {rests[r], cell_sum} = aside[(COLUMNS-1)*W_ASIDE +: W_ASIDE];

    if (CELL != 1) begin : gen_distance
        assign sums[r*W_ACC +: W_ACC] = cell_sum;
        if (r == 0) begin : gen_once
            wire unused_port = &{1'b0, plain};
        end
    end else begin : gen_minimum
        reg  [W_DATA-1:0] right_x;
        reg  [W_CELL-1:0] x_acc, x_aside;
        wire [W_CELL-1:0] x_next = x_acc + {{W_CELL-W_DATA{1'b0}}, right_x};

        always @(posedge clk) begin
            right_x <= skip[COLUMNS-1] ? {W_DATA{1'b0}} : row_x[(COLUMNS-1)*W_DATA +: W_DATA];
            if (row_used[r])
                x_acc <= {x_next[W_CELL-1:W_DATA] & {W_CELL-W_DATA{~first_at[r+COLUMNS]}},
                          first_at[r+COLUMNS] ? right_x : x_next[W_DATA-1:0]};
            if (last_at[r+COLUMNS+1])
                x_aside <= x_acc;
        end

        // 2 e - x is the inverse of x + ~(2 e); x - e is x + ~e + 1.
        wire [W_ACC-1:0] taken = plain ? {1'b0, cell_sum} : {cell_sum, 1'b0};
        wire [W_ACC:0]   total = {1'b0, x_aside, plain} + {~taken, plain};
        assign sums[r*W_ACC +: W_ACC] = total[W_ACC:1] ^ {W_ACC{~plain}};
        wire unused_carry = &{1'b0, total[0]};
    end
end endgenerate

endmodule

`default_nettype wire
