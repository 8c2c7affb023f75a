// SPDX-License-Identifier: Apache-2.0
// writeback: takes the sums that leave the array, folds them into codes,
// max-pools them and writes them to the destination buffer.
//
// One column's sums (one output channel of ROWS images) arrive a clock, highest
// column first. Five clocks later their word is written. The first pixel of a
// pooling window is written as it is, each further one as the larger of itself
// and the word that is there.
//
// Tiles arrive in the order in which the loop nest issues them: pixels of a
// pooling window, windows, tiles of filters.

`default_nettype none

module writeback #(
    parameter ROWS    = 16,
    parameter COLUMNS = 16,
    parameter W_DATA  = 8,
    parameter W_ACC   = 18,
    parameter W_COUNT = 16,
    parameter W_ADDR  = 24
) (
    input  wire                         clk,
    input  wire                         rst,
    input  wire                         layer_start,

    input  wire [W_ADDR-1:0]            fold_base,
    input  wire [W_ADDR-1:0]            filters,
    input  wire [W_COUNT-1:0]           last_columns,
    input  wire [W_COUNT-1:0]           tile_limit,      // tiles of filters, less one
    input  wire [W_COUNT-1:0]           window_limit,
    input  wire [W_ADDR-1:0]            pixel_limit,
    input  wire [W_DATA-1:0]            low,

    input  wire                         sums_valid,
    input  wire [$clog2(COLUMNS+1)-1:0] sums_column,
    input  wire [ROWS*W_ACC-1:0]        sums,

    output wire                         fold_read,
    output wire [W_ADDR-1:0]            fold_addr,
    input  wire [63:0]                  fold_word,       // {2 unused, shift[6], add[40], mul[16]}

    output wire                         old_read,        // the destination buffer's read port
    output wire [W_ADDR-1:0]            old_addr,
    input  wire [ROWS*W_DATA-1:0]       old_word,

    output wire                         write,
    output wire [W_ADDR-1:0]            write_addr,
    output wire [ROWS*W_DATA-1:0]       write_word,
    output wire                         layer_done       // with the layer's last write
);

localparam W_MUL   = 16;
localparam W_ADD   = 40;
localparam W_SHIFT = 6;

// ---------------------------------------------------------------------------
// Where the arriving tile belongs

reg [W_COUNT-1:0] window;         // pixel in its pooling window
reg [W_ADDR-1:0]  pixel;          // pixel after pooling
reg [W_COUNT-1:0] tile;           // tile of filters
reg [W_ADDR-1:0]  channel_base;   // the tile's first filter
reg [W_ADDR-1:0]  pixel_addr;     // the word of that filter and this pixel

wire last_column = sums_column == {$clog2(COLUMNS+1){1'b0}};
wire last_window = window == window_limit;
wire last_pixel  = pixel == pixel_limit;
wire last_tile   = tile == tile_limit;

wire [W_COUNT-1:0] column = {{W_COUNT-$clog2(COLUMNS+1){1'b0}}, sums_column};
wire               used   = sums_valid & (~last_tile | column < last_columns);
wire [W_ADDR-1:0]  column_addr = {{W_ADDR-W_COUNT{1'b0}}, column};

assign fold_read = used;
assign fold_addr = fold_base + channel_base + column_addr;

always @(posedge clk) begin
    if (sums_valid & last_column) begin
        window <= last_window ? {W_COUNT{1'b0}} : window + 1'b1;
        if (last_window) begin
            pixel      <= pixel + 1'b1;
            pixel_addr <= pixel_addr + filters;
            if (last_pixel) begin
                pixel        <= {W_ADDR{1'b0}};
                tile         <= tile + 1'b1;
                channel_base <= channel_base + COLUMNS[W_ADDR-1:0];
                pixel_addr   <= channel_base + COLUMNS[W_ADDR-1:0];
            end
        end
    end
    if (layer_start) begin
        window       <= {W_COUNT{1'b0}};
        pixel        <= {W_ADDR{1'b0}};
        tile         <= {W_COUNT{1'b0}};
        channel_base <= {W_ADDR{1'b0}};
        pixel_addr   <= {W_ADDR{1'b0}};
    end
end

// ---------------------------------------------------------------------------
// Stages 1 to 4: multiply, add, shift and clamp, write

reg                     used_1, used_2, used_3, used_4;
reg                     first_1, first_2, first_3, first_4;
reg                     done_1, done_2, done_3, done_4;
reg [W_ADDR-1:0]        addr_1, addr_2, addr_3, addr_4;
reg [ROWS*W_ACC-1:0]    sums_1;
reg signed [W_ADD-1:0]  add_2;
reg [W_SHIFT-1:0]       shift_2, shift_3;

wire unused = &{1'b0, fold_word[63:W_MUL+W_ADD+W_SHIFT]};

always @(posedge clk) begin
    used_1  <= used & ~rst;
    used_2  <= used_1 & ~rst;
    used_3  <= used_2 & ~rst;
    used_4  <= used_3 & ~rst;

    done_1  <= sums_valid & last_column & last_window & last_pixel & last_tile & ~rst;
    done_2  <= done_1 & ~rst;
    done_3  <= done_2 & ~rst;
    done_4  <= done_3 & ~rst;

    first_1 <= window == {W_COUNT{1'b0}};
    first_2 <= first_1;
    first_3 <= first_2;
    first_4 <= first_3;

    addr_1  <= pixel_addr + column_addr;
    addr_2  <= addr_1;
    addr_3  <= addr_2;
    addr_4  <= addr_3;

    if (used)
        sums_1 <= sums;

    add_2   <= fold_word[W_MUL +: W_ADD];
    shift_2 <= fold_word[W_MUL+W_ADD +: W_SHIFT];
    shift_3 <= shift_2;
end

assign old_read   = used_3 & ~first_3;
assign old_addr   = addr_3;
assign write      = used_4;
assign write_addr = addr_4;
assign layer_done = done_4;

genvar r;
generate for (r = 0; r < ROWS; r = r + 1) begin : gen_lane
    wire [W_DATA-1:0] code;
    wire [W_DATA-1:0] old = old_word[r*W_DATA +: W_DATA];

    fold_lane #(
        .W_DATA(W_DATA), .W_ACC(W_ACC), .W_MUL(W_MUL), .W_ADD(W_ADD), .W_SHIFT(W_SHIFT)
    ) fold_u (
        .clk      (clk),
        .multiply (used_1),
        .offset   (used_2),
        .clamp    (used_3),
        .sum      (sums_1[r*W_ACC +: W_ACC]),
        .mul      (fold_word[W_MUL-1:0]),
        .add      (add_2),
        .shift    (shift_3),
        .low      (low),
        .code     (code)
    );

    assign write_word[r*W_DATA +: W_DATA] = first_4 | code > old ? code : old;
end endgenerate

endmodule

`default_nettype wire
