// SPDX-License-Identifier: Apache-2.0
// stationary_array: adder_array, with a second way to use it: weights held in
// the cells.
//
// Without `stationary` it is adder_array: see there. With it, rows are filters
// and columns are channels. Words of weights enter on the left, that of the
// highest channel first; `push` comes with each, and a row's pipe moves only
// then. `swap` travels as a tap's flags do: the cells that it passes hold what
// their pipe has from the next clock on. Activations enter at the top, one pixel
// a clock, and row r's sum of a pixel leaves on the right COLUMNS clocks after
// the pixel entered column 0 of the row.
//
// A pipe holds still while a swap passes it: LANES - 1 clocks after a swap
// entered, the next word may be pushed.

`default_nettype none

module stationary_array #(
    parameter ROWS    = 16,
    parameter COLUMNS = 16,
    parameter LANES   = 16,   // channels and filters of a word: the smaller of ROWS and COLUMNS
    parameter W_DATA  = 8,
    parameter W_ACC   = 18
) (
    input  wire                      clk,
    input  wire                      rst,          // forgets taps and sums on their way

    input  wire                      stationary,   // constant while taps move
    input  wire                      push,         // row 0's weight enters
    input  wire                      swap,         // with row 0's flags: the weights in the pipes are held

    input  wire                      valid,        // with row 0's activation: a tap is there
    input  wire                      first,        // first tap of a tile
    input  wire                      last,         // last tap of a tile
    input  wire [ROWS-1:0]           row_used,     // rows not in use hold still; constant while taps move
    input  wire [COLUMNS-1:0]        column_used,  // skewed like w: the tap counts for the column's filter
    input  wire [ROWS*W_DATA-1:0]    x,            // skewed activations; stationary: weights
    input  wire [ROWS-1:0]           x_used,       // skewed like x: the weight counts
    input  wire [COLUMNS*W_DATA-1:0] w,            // skewed weights; stationary: activations

    output wire                      sums_valid,   // row 0's sum leaves
    output wire [$clog2(COLUMNS+1)-1:0] sums_column,  // the column it was summed in; stationary: nothing
    output wire [ROWS*W_ACC-1:0]     sums          // rightmost sums, row r delayed by r
);

localparam W_INDEX = $clog2(COLUMNS + 1);

generate
    if (ROWS < 1 || ROWS > 64) begin : check_rows
        error_ROWS_must_be_from_1_to_64 stop ();
    end
    if (COLUMNS < 1 || COLUMNS > 64) begin : check_columns
        error_COLUMNS_must_be_from_1_to_64 stop ();
    end
endgenerate

// Flags of row r, bit c beside cell (r, c)'s activation; weights above row r.
wire [COLUMNS-1:0]        row_valid  [0:ROWS-1];
wire [COLUMNS-1:0]        row_first  [0:ROWS-1];
wire [COLUMNS-1:0]        row_last   [0:ROWS-1];
wire [COLUMNS-1:0]        row_swap   [0:ROWS-1];
wire [COLUMNS*W_DATA-1:0] row_w      [0:ROWS-1];
wire [COLUMNS-1:0]        row_w_used [0:ROWS-1];
wire [COLUMNS-1:0]        row_shift  [0:ROWS-1];

// ---------------------------------------------------------------------------
// Row 0 counts its sums out; the rows below do the same, each a clock later.

reg [W_INDEX-1:0] left;     // sums of row 0 still to leave
reg [COLUMNS-1:0] moving;   // columns that take the left neighbour's sum
reg               leaving;  // row 0's sum of a pixel

always @(posedge clk) begin
    if (row_valid[0][COLUMNS-1] & row_last[0][COLUMNS-1] & ~stationary) begin
        left   <= COLUMNS[W_INDEX-1:0];
        moving <= {COLUMNS{1'b1}} << 1;
    end else begin
        if (left != {W_INDEX{1'b0}})
            left <= left - 1'b1;
        moving <= moving << 1;
    end
    leaving <= row_valid[0][COLUMNS-1] & stationary & ~rst;
    if (rst)
        left <= {W_INDEX{1'b0}};
end

assign sums_valid   = leaving | left != {W_INDEX{1'b0}};
assign sums_column  = left - 1'b1;
assign row_shift[0] = moving;

// ---------------------------------------------------------------------------
// Pipes

assign row_w[0]      = w;
assign row_w_used[0] = column_used;

genvar r, c;
generate for (r = 0; r < ROWS; r = r + 1) begin : gen_row
    wire flag_valid, flag_first, flag_last, flag_swap, flag_push;   // entering this row

    if (r == 0) begin : gen_top
        assign flag_valid = valid;
        assign flag_first = first;
        assign flag_last  = last;
        assign flag_swap  = swap;
        assign flag_push  = push;
    end else begin : gen_below
        reg                      valid_q, first_q, last_q, swap_q, push_q;
        reg [COLUMNS-1:0]        shift_q;
        reg [COLUMNS*W_DATA-1:0] w_q;
        reg [COLUMNS-1:0]        w_used_q;

        always @(posedge clk) begin
            valid_q  <= gen_row[r-1].flag_valid & ~rst;
            first_q  <= gen_row[r-1].flag_first;
            last_q   <= gen_row[r-1].flag_last;
            swap_q   <= gen_row[r-1].flag_swap;
            push_q   <= gen_row[r-1].flag_push;
            shift_q  <= row_shift[r-1];
            w_q      <= row_w[r-1];
            w_used_q <= row_w_used[r-1];
        end

        assign flag_valid    = valid_q;
        assign flag_first    = first_q;
        assign flag_last     = last_q;
        assign flag_swap     = swap_q;
        assign flag_push     = push_q;
        assign row_shift[r]  = shift_q;
        assign row_w[r]      = w_q;
        assign row_w_used[r] = w_used_q;
    end

    if (COLUMNS == 1) begin : gen_narrow
        assign row_valid[r] = flag_valid;
        assign row_first[r] = flag_first;
        assign row_last[r]  = flag_last;
        assign row_swap[r]  = flag_swap;
    end else begin : gen_pipe
        reg [COLUMNS-2:0] valid_q, first_q, last_q, swap_q;

        always @(posedge clk) begin
            valid_q <= row_valid[r][COLUMNS-2:0] & {COLUMNS-1{~rst}};
            first_q <= row_first[r][COLUMNS-2:0];
            last_q  <= row_last[r][COLUMNS-2:0];
            swap_q  <= row_swap[r][COLUMNS-2:0];
        end

        assign row_valid[r] = {valid_q, flag_valid};
        assign row_first[r] = {first_q, flag_first};
        assign row_last[r]  = {last_q, flag_last};
        assign row_swap[r]  = {swap_q, flag_swap};
    end

    // Code c enters cell c; code c + 1 is behind it, where a swap takes it from.
    reg  [COLUMNS*W_DATA-1:0]     x_q;
    reg  [COLUMNS-1:0]            x_used_q;
    wire [(COLUMNS+1)*W_DATA-1:0] row_x      = {x_q, x[r*W_DATA +: W_DATA]};
    wire [COLUMNS:0]              row_x_used = {x_used_q, x_used[r]};

    always @(posedge clk) begin
        if (flag_push | ~stationary) begin
            x_q      <= row_x[COLUMNS*W_DATA-1:0];
            x_used_q <= row_x_used[COLUMNS-1:0];
        end
    end

    // -----------------------------------------------------------------------
    // Cells

    wire [COLUMNS-1:0] cell_valid = row_valid[r] & {COLUMNS{row_used[r]}};
    wire [W_ACC-1:0]   sum [0:COLUMNS];   // sum[c] enters cell c from the left

    assign sum[0] = {W_ACC{1'b0}};
    assign sums[r*W_ACC +: W_ACC] = sum[COLUMNS];

    for (c = 0; c < COLUMNS; c = c + 1) begin : gen_cell
        stationary_pe #(.W_DATA(W_DATA), .W_ACC(W_ACC), .HOLDS(r < LANES && c < LANES ? 1 : 0)) pe_u (
            .clk        (clk),
            .stationary (stationary),
            .swap       (row_swap[r][c]),
            .valid      (cell_valid[c]),
            .used       (row_w_used[r][c]),
            .first      (row_first[r][c]),
            .last       (row_last[r][c]),
            .shift      (row_shift[r][c]),
            .x          (row_x[c*W_DATA +: W_DATA]),
            .w          (row_w[r][c*W_DATA +: W_DATA]),
            .next_code  (row_x[(c+1)*W_DATA +: W_DATA]),
            .next_used  (row_x_used[c+1]),
            .sum_in     (sum[c]),
            .sum_out    (sum[c+1])
        );
    end
end endgenerate

endmodule

`default_nettype wire
